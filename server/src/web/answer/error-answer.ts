import type { IncomingMessage } from 'node:http';
import type { Commands } from '../../common/commands.ts';
import type { ApiError } from './api-error.ts';
import { REFUSAL_POLICY, refusalPage, wantsPage } from './refusal-page.ts';

interface ErrorAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Formats an error for the client: a page for a browser window, JSON for everything else. */
export function errorAnswer(request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, error: ApiError, commands: Commands): ErrorAnswer {
  const retry = error.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) };
  const range = error.contentRange === undefined ? {} : { 'content-range': error.contentRange };
  const more = { ...retry, ...range };
  return wantsPage(request)
    ? {
        headers: { ...more, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': REFUSAL_POLICY },
        body: refusalPage(error, commands, request.headers.host),
      }
    : { headers: { ...more, 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(error.body) };
}
