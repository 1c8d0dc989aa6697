/**
 * Makes a sentence of a clause. Messages of the daemon follow `procmap:` on a command line; where they stand alone, they
 * have a capital letter and a full stop.
 */
export function asSentence(text: string): string {
  if (text === '') return '';
  // The name procmap always begins with a small letter.
  const begun = text.startsWith('procmap') ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
