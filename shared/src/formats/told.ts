import { escapeAgain } from '../text/escape-text.ts';

/**
 * JSON of a recording, which anybody may have written. What is missing or of another type is not told; texts are escaped.
 * No dependency, since the command line, which may run as root, reads recordings.
 */
export type Told = Readonly<Record<string, unknown>>;

/** Throws RangeError if it is no JSON object. */
export function toldIn(payload: Uint8Array): Told {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    throw new RangeError('its JSON cannot be read');
  }
  const told = object(value);
  if (told === null) throw new RangeError('its JSON is no object');
  return told;
}

export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function object(value: unknown): Told | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** '': not told. */
export function text(value: unknown): string {
  return typeof value === 'string' ? escapeAgain(value) : '';
}

/** null: not told. */
export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** What is no number among them is left out. */
export function numbers(value: unknown): number[] {
  return list(value).flatMap((each) => number(each) ?? []);
}
