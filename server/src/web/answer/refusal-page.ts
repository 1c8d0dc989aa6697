import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Commands, PLAIN_COMMANDS } from '../../common/commands.ts';
import type { ApiError } from './api-error.ts';

/** Uses system colours, which are light, dark or of high contrast by themselves. */
const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { box-sizing: border-box; display: grid; min-height: 100vh; margin: 0; padding: 16px; place-items: center; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: min(480px, 100%); padding: 32px; border: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); border-radius: 10px; }
p { margin: 12px 0 0; color: color-mix(in srgb, CanvasText 80%, Canvas); }
p.name { margin: 0 0 12px; font-size: 13px; font-weight: 600; letter-spacing: 0.02em; }
h1 { margin: 0; font-size: 20px; font-weight: 600; line-height: 1.3; letter-spacing: -0.01em; }
pre { margin: 12px 0 0; padding: 10px 12px; border-radius: 6px; background: color-mix(in srgb, CanvasText 8%, Canvas); color: CanvasText; }
code { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 400px) { main { padding: 20px; } }
`;

/** Stricter than the policy of all other answers: nothing is loaded or run, except for the style sheet in the page. */
export const REFUSAL_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * True if a browser requests a page for its window. Browsers send Sec-Fetch-Dest only to local names, but Accept to
 * all. API requests get JSON.
 */
export function wantsPage({ method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): boolean {
  if (method !== 'GET' || decoded(url).startsWith('/api')) return false;
  const dest = headers['sec-fetch-dest'];
  return dest === undefined ? /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(headers.accept ?? '') : dest === 'document';
}

/** The path as the router sees it: decoded, without the host of an absolute URL. Invalid escapes stay. */
function decoded(url: string): string {
  const path = url.replace(/^https?:\/\/.*?\//i, '/');
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The port in a Host header, with its colon. */
const PORT = /:\d{1,5}$/;

interface Words {
  readonly title: string;
  readonly sentence: string;
  readonly command?: string;
  readonly link?: { readonly to: string; readonly text: string };
}

/**
 * The text for an error's machine word. Until a client is known to be on this machine and to use its name, no paths are
 * disclosed.
 */
function wordsOf({ status, body, uid }: ApiError, { open, sudoOpen, serve }: Commands, port: string): Words {
  switch (body.error) {
    case 'wrong_user':
      return sudoOpen === null
        ? {
            title: 'procmap refuses connections from this user',
            sentence: `It belongs to another user of this machine. To let user ${uid} in, its owner has to end it and run`,
            command: `${serve} --peer-uid=${uid}`,
          }
        : {
            title: 'procmap refuses connections from this user',
            sentence: `It does not accept connections from user ${uid}. To be let in, run`,
            command: sudoOpen,
          };
    case 'other_start':
      return {
        title: 'procmap was restarted',
        sentence: 'Its address changes at each start. The new page tells how to get a link.',
        // That address redirects clients that may ask; this page discloses no name.
        link: { to: `http://127.0.0.1${port}/`, text: 'Go to the new address' },
      };
    case 'wrong_host':
      return {
        title: 'procmap does not know this host name',
        sentence: 'Open the link that procmap printed, or start procmap with this host name:',
        command: `${PLAIN_COMMANDS.serve} --allow-host=NAME`,
      };
    case 'wrong_site':
    case 'wrong_origin':
      return {
        title: 'This link comes from another site',
        sentence: 'Other sites can link only to the start page of procmap. For a link of your own, run',
        command: PLAIN_COMMANDS.open,
      };
    case 'unknown_peer':
      return {
        title: 'procmap cannot tell which user you are',
        sentence: 'The kernel did not tell in time which user this connection comes from. Reload this page.',
      };
    case 'reader_down':
      return {
        title: 'The reader does not answer',
        sentence: 'procmap restarts it automatically. Reload this page. If the problem stays, end procmap and run',
        command: serve,
      };
    case 'too_many_connections':
      return { title: 'Too many connections', sentence: 'Other pages and scripts hold all connections to procmap. Close some, then reload this page.' };
    case 'no_session':
      return { title: 'Open procmap with its link', sentence: 'This page needs the key in the link that procmap printed. For a new link, run', command: open };
    case 'not_found':
      return { title: 'There is nothing here', sentence: 'The only page of procmap is at /. For a new link to it, run', command: open };
    default:
      return { title: `procmap cannot answer this (${status})`, sentence: `It says: ${body.message}.` };
  }
}

/**
 * An error page for people: a sentence, and a command or a link. No script, and nothing from the request except the
 * port of its Host header.
 */
export function refusalPage(error: ApiError, commands: Commands, host: string | undefined): string {
  const { title, sentence, command, link } = wordsOf(error, commands, PORT.exec(host ?? '')?.[0] ?? '');
  const shown = command === undefined ? '' : `\n<pre><code>${escapeHtml(command)}</code></pre>`;
  const way = link === undefined ? '' : `\n<p><a href="${escapeHtml(link.to)}">${escapeHtml(link.text)}</a></p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · procmap</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="name">procmap</p>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sentence)}</p>${shown}${way}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes the text of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
