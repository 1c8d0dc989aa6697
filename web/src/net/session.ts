import { KEY_HEADER } from '@procmap/shared/messages.ts';
import { asSentence } from '@procmap/shared/text/sentence.ts';
import { entries } from './entries.ts';

/**
 * The authentication of the page. The link carries a one-time key in the fragment, which no server ever sees; the page
 * first removes it from the address bar, then exchanges it for a session key. That key is kept in sessionStorage (this
 * tab only) and sent as a header, in addition to the cookie set by the exchange: a cookie alone is not isolated by
 * port.
 */
const STORAGE_KEY = 'procmap.session';

/**
 * Takes the key of a link (`#k=KEY`) and removes it from the address bar and the history before anything else happens;
 * null if there is none.
 */
export function takeLinkKey(): string | null {
  const key = keyOf(entries.current);
  if (key === null) return null;
  const others = entries.current.split('&').filter((field) => keyOf(field) === null);
  entries.replace(others.join('&'));
  return key;
}

function keyOf(fragment: string): string | null {
  return new URLSearchParams(fragment).get('k');
}

type Exchange = { readonly key: string } | { readonly refused: 'link_used' | 'unreachable'; readonly message: string };

/** Exchanges a one-time key for a session key and stores it. */
export async function exchangeKey(linkKey: string): Promise<Exchange> {
  let response: Response;
  try {
    response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: linkKey }),
    });
  } catch {
    return { refused: 'unreachable', message: '' };
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && hasText(body, 'key')) {
    storage()?.setItem(STORAGE_KEY, body.key);
    return { key: body.key };
  }
  const message = sentenceOf(body, response.status);
  return [400, 401, 403].includes(response.status) ? { refused: 'link_used', message: '' } : { refused: 'unreachable', message };
}

export function storedKey(): string | null {
  return storage()?.getItem(STORAGE_KEY) ?? null;
}

export function forgetKey(): void {
  storage()?.removeItem(STORAGE_KEY);
}

/** GETs an API route with the session's key. See {@link isTooSoon}: then there is no answer yet. */
export function apiGet(path: string, key: string, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(path, { headers: { [KEY_HEADER]: key, prefer: 'respond-async' }, signal });
}

/** Somebody else, such as another page, has it read just now, or the process rests after that. */
export function isTooSoon({ status }: Response): boolean {
  return status === 202;
}

/** The sentence of an error answer, or a generic one with its status. */
export async function errorSentence(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  return sentenceOf(body, response.status);
}

/** The machine word of an error answer; '' for none. */
export async function errorWord(response: Response): Promise<string> {
  const body: unknown = response.ok ? null : await response.json().catch(() => null);
  return hasText(body, 'error') ? body.error : '';
}

function sentenceOf(body: unknown, status: number): string {
  return hasText(body, 'message') ? asSentence(body.message) : `The daemon answered with status ${status}.`;
}

function hasText<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === 'object' && value !== null && typeof (value as Record<K, unknown>)[key] === 'string';
}

/** null if the browser forbids it (then a reload needs a new link). */
function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
