import { escapeText } from '@procmap/shared/text/escape.ts';
import { usageFault } from '../common/fault.ts';

/** A moment of a recording: at a time, or so many ms after its first or before its last moment. */
export type MomentAsked = { readonly at: number } | { readonly afterFirst: number } | { readonly beforeLast: number };

const SECONDS = /^([+-])([0-9]{1,9}(?:\.[0-9]{1,6})?)s$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$/;

/** RFC 3339 with a zone, `+12.5s` from the first moment, `-10s` from the last; null: something else. */
export function parseMoment(text: string): MomentAsked | null {
  const [, sign, seconds = ''] = SECONDS.exec(text) ?? [];
  if (sign !== undefined) return sign === '+' ? { afterFirst: Number(seconds) * 1000 } : { beforeLast: Number(seconds) * 1000 };
  const at = DATE.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : { at };
}

export function parseAt(text: string): MomentAsked {
  const moment = parseMoment(text);
  if (moment === null)
    throw usageFault(`--at must be a time such as 2026-12-01T12:30:00Z, +12.5s (from the first moment) or -10s (from the last), not '${escapeText(text)}'`);
  return moment;
}
