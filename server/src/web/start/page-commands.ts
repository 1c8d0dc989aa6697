import type { Commands } from '../../common/commands.ts';
import { escapeHtml } from '../answer/refusal-page.ts';

/** index.html with the commands of this daemon in the place of the ones that it names: the page tells them before it has a session. */
export function withCommands(index: string, { open, serve }: Commands): string {
  return named(named(index, 'procmap-open', open), 'procmap-serve', serve);
}

function named(html: string, name: string, content: string): string {
  return html.replace(new RegExp(`(<meta name="${name}" content=")[^"]*`), (_, before: string) => before + escapeHtml(content));
}
