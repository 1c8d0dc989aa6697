/** What the daemon says stands behind `procmap:` on a command line. On the page it stands alone: with a capital letter and a full stop. */
export function asSentence(text: string): string {
  if (text === '') return '';
  // Our own name is written small, always.
  const begun = text.startsWith('procmap') ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
