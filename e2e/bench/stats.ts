/** The value below which `share` of the samples lie (nearest rank); NaN if there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}

export function median(samples: readonly number[]): number {
  return (
    (percentile(samples, 0.5) +
      -percentile(
        samples.map((sample) => -sample),
        0.5,
      )) /
    2
  );
}

export function p95(samples: readonly number[]): number {
  return percentile(samples, 0.95);
}
