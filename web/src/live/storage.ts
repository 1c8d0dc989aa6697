import { type Carried, decodeCarried, encodeCarried } from './carried.ts';

/** A preference kept between visits; values outside `allowed` are ignored. */
export function recall<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  try {
    const kept = localStorage.getItem(`procmap.${key}`);
    return allowed.find((word) => word === kept) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`procmap.${key}`, value);
  } catch {
    // Without storage, the choice holds until the page is left.
  }
}

/** The preferences for a link; '' if nothing was chosen. */
export function carriedPreferences(): string {
  return encodeCarried(keptWord);
}

/** Stores the preferences of a link, unless one was already chosen at this origin. Call before anything is recalled. */
export function takeCarried(fragment: string): void {
  for (const [key, word] of decodeCarried(fragment)) if (keptWord(key) === null) remember(key, word);
}

function keptWord(key: Carried): string | null {
  try {
    return localStorage.getItem(`procmap.${key}`);
  } catch {
    return null;
  }
}
