import type { Commands } from '../../common/commands.ts';
import { escapeHtml } from '../answer/refusal-page.ts';

/** Inserts the commands of this daemon into index.html: the page shows them even before it has a session. */
export function withCommands(index: string, { open, serve }: Commands): string {
  return named(named(index, 'procmap-open', open), 'procmap-serve', serve);
}

function named(html: string, name: string, content: string): string {
  return html.replace(new RegExp(`(<meta name="${name}" content=")[^"]*`), (_, before: string) => before + escapeHtml(content));
}
