import { KEY_HELP } from './keys.ts';

/** The keys as a table in Markdown: what README has between its two marks. */
export function keysTable(): string {
  const lines = KEY_HELP.map(([keys, what]) => `| ${keys.map((key) => `\`${key}\``).join(' ')} | ${what} |`);
  return ['| keys | what they do |', '| --- | --- |', ...lines].join('\n');
}
