import { KEY_HELP } from './keys.ts';

/** Between these two lines of README.md stands the table that this file makes. */
export const BEGIN = '<!-- keys: web/src/input/keys.ts -->';
export const END = '<!-- /keys -->';

/** The keys as a table in Markdown, a line each. */
export function keysMarkdown(): string {
  const rows = KEY_HELP.map(({ keys, what }) => `| ${keys.map(cell).join(' ')} | ${what} |`);
  return ['| keys | what they do |', '| --- | --- |', ...rows].join('\n');
}

function cell(key: string): string {
  return `\`${key}\``;
}
