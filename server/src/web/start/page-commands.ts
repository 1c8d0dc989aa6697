import { gzipSync } from 'node:zlib';
import type { Commands } from '../../common/commands.ts';
import type { PageFiles } from '../routes/page-files.ts';
import { escapeHtml } from '../answer/refusal-page.ts';

/** The page with the commands of this daemon in the place of the ones that index.html names: it tells them before it has a session. */
export function withCommands(page: PageFiles, { open, serve }: Commands): PageFiles {
  const index = page.get('/');
  if (index === undefined) return page;
  const body = Buffer.from(named(named(index.body.toString(), 'procmap-open', open), 'procmap-serve', serve));
  return new Map([...page, ['/', { ...index, body, gzip: index.gzip === null ? null : gzipSync(body, { level: 9 }) }]]);
}

function named(html: string, name: string, content: string): string {
  return html.replace(new RegExp(`(<meta name="${name}" content=")[^"]*`), (_, before: string) => before + escapeHtml(content));
}
