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
