/** Command lines of the daemon that served this page, ready to type; the daemon writes them into index.html. */
export function commandTo(what: 'open' | 'serve'): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="procmap-${what}"]`)?.content ?? `procmap ${what}`;
}
