/** Turns escaped text back into bytes. Throws on text that escaping cannot produce. */
export function unescape(text: string): number[] {
  const token = /\\\\|\\n|\\t|\\x([0-9a-f]{2})|\\u\{([0-9a-f]{2,6})\}|[^\\]/gsuy;
  const bytes: number[] = [];
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`not escaped text at ${at}: ${text}`);
    const [all, byte, code] = match;
    const plain = { '\\\\': '\\', '\\n': '\n', '\\t': '\t' }[all] ?? all;
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else bytes.push(...new TextEncoder().encode(code === undefined ? plain : String.fromCodePoint(Number.parseInt(code, 16))));
  }
  return bytes;
}
