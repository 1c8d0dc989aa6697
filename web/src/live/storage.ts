import { type Carried, decodeCarried, encodeCarried } from './carried.ts';

/** A preference kept between visits; only words of `allowed` are believed. */
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
    // A browser that keeps nothing: the choice holds until the page is left.
  }
}

/** As a link takes them along; '' when nothing was chosen. */
export function carriedPreferences(): string {
  return encodeCarried(keptWord);
}

/** Takes what a link has brought, where nothing was chosen at this address before. To be called before anything is recalled. */
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
