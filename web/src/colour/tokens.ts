import { KINDS } from '@procmap/shared/kind.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { OWN_COLOURS } from './by-file.ts';
import { RESIDENT_STEPS } from './by-residency.ts';
import { USE_TOKENS } from './by-use.ts';

/** Fills of single pages: in memory or not, of a file or anonymous, shared or not. */
export const PAGE_TOKENS = [
  'page-anon',
  'page-anon-shared',
  'page-file',
  'page-file-shared',
  'page-swapped',
  'page-guard',
  'page-marker',
  'page-absent',
] as const;

/** Every fill of the picture as a custom property of tokens.css, without leading dashes. */
export const FILL_TOKENS: readonly string[] = [
  ...KINDS.map((kind) => `kind-${kind}`),
  ...Array.from({ length: 8 }, (_, perms) => permsToken(perms)),
  ...Array.from({ length: OWN_COLOURS }, (_, slot) => `file-${slot}`),
  'file-other',
  ...Array.from({ length: RESIDENT_STEPS }, (_, step) => `resident-${step}`),
  ...USE_TOKENS,
  'class-unknown',
  ...PAGE_TOKENS,
];

/** `perms-r_x`, with `_` for a missing permission. */
export function permsToken(perms: number): string {
  return `perms-${permsText(perms).replaceAll('-', '_')}`;
}
