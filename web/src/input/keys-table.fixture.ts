import { KEY_HELP } from './keys.ts';

/** The generated table of keys stands between these two lines of README.md. */
export const BEGIN = '<!-- keys: web/src/input/keys.ts -->';
export const END = '<!-- /keys -->';

/** The keys as a Markdown table, line by line. */
export function keysMarkdown(): string {
  const rows = KEY_HELP.map(({ keys, what }) => `| ${keys.map(cell).join(' ')} | ${what} |`);
  return ['| keys | action |', '| --- | --- |', ...rows].join('\n');
}

function cell(key: string): string {
  return `\`${key}\``;
}
