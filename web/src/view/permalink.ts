import { bareAddress, END_PAGE_64 } from '@procmap/shared/page.ts';
import type { Spot } from '../axis/camera.ts';
import { hasKernelView, type Heights, HEIGHTS, type HierarchyOptions, KERNEL_VIEWS, SCALES, SHOWS } from '../axis/hierarchy.ts';
import type { Colouring } from '../colour/classes.ts';
import { COLOURING_NAMES, COLOURINGS } from '../colour/colourings.ts';
import type { PageRange } from '../regions/page-range.ts';

/**
 * The shareable part of a view, as the fragment of the page's address:
 *
 *     #pid=4711&at=0x7f92b03f1000.8&zoom=81234.5&see=7f92b03f0-7f92b03f3&show=user&sel=0x7f92b03f1000-0x7f92b03f3000&q=libc
 *
 * `at` is the page in the middle of the view, with the fraction of it in hex, counted from its first byte; `zoom` is
 * the height of the whole in heights of the view. `see` are the pages in sight, by number: if heights are others than
 * when the link was made (another map, switch or version), it shows these. Defaults are omitted.
 *
 * `kernel=open` or `closed` says how much of the whole the kernel half takes. The first links lacked it, and their zoom
 * assumes an open one: so a link with a zoom includes it wherever it makes a difference.
 */
export interface Permalink {
  readonly pid: number | null;
  /** null: everything. */
  readonly spot: Spot | null;
  readonly choices: Choices;
  /** null: keep the colouring of whoever opens the link, at first by kind. */
  readonly colour: Colouring | null;
  readonly selected: PageRange | null;
  /** The search text. */
  readonly query: string;
}

/**
 * Settings that belong to a view, with their values; the first one is the default. To add a setting, add a line here
 * and in Choices.
 */
const CHOICES: { readonly [K in keyof Choices]: readonly [Choices[K], Choices[K], ...Choices[K][]] } = {
  show: SHOWS,
  scale: SCALES,
  kernel: KERNEL_VIEWS,
  heights: HEIGHTS,
};

/** Colourings are kept between visits; links include those that differ from the default and need no figures. */
const LINKED = COLOURING_NAMES.slice(1).filter((each) => !COLOURINGS[each].needsFigures);

/** null for a colouring that links omit. */
export function linkedColouring(colouring: Colouring): Colouring | null {
  return LINKED.includes(colouring) ? colouring : null;
}

interface Choices extends HierarchyOptions {
  readonly heights: Heights;
}

const MAX_FRAGMENT_CHARACTERS = 4096;
export const MAX_QUERY_CHARACTERS = 256;
/** A view filled by one page of the largest gap has a zoom below 2^100. */
const MAX_ZOOM = 2 ** 128;
/** Hex digits of a fraction: the full precision of a double. */
const FRACTION_DIGITS = 13;
/** Characters that a line of text cannot contain. */
const CONTROL = /\p{Cc}/u;

export function encodePermalink({ pid, spot, choices, colour, selected, query }: Permalink): string {
  const parts: string[] = [];
  if (pid !== null) parts.push(`pid=${pid}`);
  if (spot !== null) parts.push(...spotFields(spot));
  for (const name of Object.keys(CHOICES)) {
    const word = choices[name as keyof Choices];
    if (word !== unsaid(name as keyof Choices, choices, spot)) parts.push(`${name}=${word}`);
  }
  if (colour !== null) parts.push(`colour=${colour}`);
  if (selected !== null) parts.push(`sel=${addressText(selected.startPage)}-${addressText(selected.endPage)}`);
  if (isQuery(query)) parts.push(`q=${encodeURIComponent(query.toWellFormed())}`);
  return parts.join('&');
}

/** Takes the valid part of a fragment (without its #) and defaults for the rest: anybody may have written it. */
export function decodePermalink(fragment: string): Permalink {
  const fields = new URLSearchParams(fragment.length > MAX_FRAGMENT_CHARACTERS ? '' : fragment.replaceAll('+', '%2B'));
  const query = fields.get('q') ?? '';
  const spot = spotOf(fields.get('at') ?? '', fields.get('zoom') ?? '', fields.get('see') ?? '');
  const seen = { show: word('show', fields) ?? CHOICES.show[0], scale: word('scale', fields) ?? CHOICES.scale[0] };
  return {
    pid: pidOf(fields.get('pid') ?? ''),
    spot,
    choices: { ...seen, kernel: word('kernel', fields) ?? unsaid('kernel', seen, spot), heights: word('heights', fields) ?? CHOICES.heights[0] },
    colour: LINKED.find((each) => each === fields.get('colour')) ?? null,
    selected: rangeOf(fields.get('sel') ?? ''),
    query: isQuery(query) ? query : '',
  };
}

function word<K extends keyof Choices>(name: K, fields: URLSearchParams): Choices[K] | undefined {
  return CHOICES[name].find((each) => each === fields.get(name));
}

/** The meaning of a missing field. */
function unsaid<K extends keyof Choices>(name: K, seen: Pick<Choices, 'show' | 'scale'>, spot: Spot | null): Choices[K] {
  const [first, second] = CHOICES[name];
  return name === 'kernel' && spot !== null && hasKernelView(seen) ? second : first;
}

function isQuery(query: string): boolean {
  return query !== '' && query.length <= MAX_QUERY_CHARACTERS && !CONTROL.test(query);
}

function pidOf(text: string): number | null {
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

function spotFields({ page, fraction, zoom, seen }: Spot): string[] {
  const place = [`at=${addressText(page)}${fractionText(fraction)}`, `zoom=${zoom}`.replace('+', '')];
  return seen === null ? place : [...place, `see=${seen.startPage.toString(16)}-${seen.endPage.toString(16)}`];
}

function spotOf(at: string, zoomText: string, see: string): Spot | null {
  const [, address = '', fraction = ''] = /^(0x[0-9a-f]{1,17})(?:\.([0-9a-f]{1,13}))?$/.exec(at) ?? [];
  const page = pageOf(address);
  const zoom = /^[0-9]{1,40}(?:\.[0-9]{1,20})?(?:e[0-9]{1,2})?$/.test(zoomText) ? Number(zoomText) : NaN;
  if (page === null || !(zoom > 1 && zoom <= MAX_ZOOM)) return null;
  return { page, fraction: Number.parseInt(fraction.padEnd(FRACTION_DIGITS, '0'), 16) / 16 ** FRACTION_DIGITS, zoom, seen: seenOf(see) };
}

function seenOf(text: string): PageRange | null {
  const [, start = '', end = ''] = /^([0-9a-f]{1,14})-([0-9a-f]{1,14})$/.exec(text) ?? [];
  const [startPage, endPage] = [Number.parseInt(start, 16), Number.parseInt(end, 16)];
  return startPage < endPage && endPage <= END_PAGE_64 ? { startPage, endPage } : null;
}

function rangeOf(text: string): PageRange | null {
  const [, start = '', end = ''] = /^(0x[0-9a-f]{1,17})-(0x[0-9a-f]{1,17})$/.exec(text) ?? [];
  const [startPage, endPage] = [pageOf(start), pageOf(end)];
  return startPage !== null && endPage !== null && startPage < endPage ? { startPage, endPage } : null;
}

function addressText(page: number): string {
  return page === 0 ? '0x0' : `0x${bareAddress(page, 1)}`;
}

/** null unless it is the first byte of a page, or the end of the last one. */
function pageOf(address: string): number | null {
  if (address === '0x0') return 0;
  const digits = /^0x([0-9a-f]{1,14})000$/.exec(address)?.[1];
  const page = digits === undefined ? NaN : Number.parseInt(digits, 16);
  return page <= END_PAGE_64 ? page : null;
}

/** `.8` for a half, '' for none. */
function fractionText(fraction: number): string {
  const digits = Math.floor(fraction * 16 ** FRACTION_DIGITS)
    .toString(16)
    .padStart(FRACTION_DIGITS, '0')
    .replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}
