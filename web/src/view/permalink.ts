import { bareAddress, END_PAGE_64 } from '@procmap/shared/page.ts';
import type { Spot } from '../axis/camera.ts';
import { hasKernelView, type HierarchyOptions, KERNEL_VIEWS, SCALES, SHOWS } from '../axis/hierarchy.ts';
import type { Colouring } from '../colour/classes.ts';
import { COLOURING_NAMES, COLOURINGS } from '../colour/colourings.ts';
import type { PageRange } from '../regions/page-range.ts';

/**
 * All of a view that can be told to somebody, as the fragment of the page's address has it:
 *
 *     #pid=4711&at=0x7f92b03f1000.8&zoom=81234.5&show=user&sel=0x7f92b03f1000-0x7f92b03f3000&q=libc
 *
 * `at` is the page in the middle of the view and, in hex, the fraction of it above its first byte; `zoom` how many times as high as the view the whole
 * is. What is as it is at first is left out.
 *
 * `kernel=open`, or `closed`, says how much of the whole the kernel half is. The first links did not, and their zoom is that of an open one: so a zoom
 * comes with the word wherever it makes a difference.
 */
export interface Permalink {
  readonly pid: number | null;
  /** null: everything. */
  readonly spot: Spot | null;
  readonly choices: Choices;
  /** null: as whoever follows it has it, by kind at first. */
  readonly colour: Colouring | null;
  readonly selected: PageRange | null;
  /** What is searched for. */
  readonly query: string;
}

/** Settings that belong to a view, with their words; the first one is that of the beginning. For another setting add its line here, and in Choices. */
const CHOICES: { readonly [K in keyof Choices]: readonly [Choices[K], Choices[K], ...Choices[K][]] } = {
  show: SHOWS,
  scale: SCALES,
  kernel: KERNEL_VIEWS,
};

/** Colourings are kept between visits; links tell those that say more than the first one and need nothing to be read before. */
const LINKED = COLOURING_NAMES.filter((each) => COLOURINGS[each].isLinked);

/** null for a colouring that no link tells. */
export function linkedColouring(colouring: Colouring): Colouring | null {
  return COLOURINGS[colouring].isLinked ? colouring : null;
}

export type Choices = HierarchyOptions;

const MAX_FRAGMENT_CHARACTERS = 4096;
export const MAX_QUERY_CHARACTERS = 256;
/** So deep that a page of the largest gap fills a view is below 2^100. */
const MAX_ZOOM = 2 ** 128;
/** Hex digits of a fraction: all that a double has. */
const FRACTION_DIGITS = 13;
/** Nothing that a line of text does not hold. */
const CONTROL = /\p{Cc}/u;

export function encodePermalink({ pid, spot, choices, colour, selected, query }: Permalink): string {
  const parts: string[] = [];
  if (pid !== null) parts.push(`pid=${pid}`);
  if (spot !== null) parts.push(`at=${addressText(spot.page)}${fractionText(spot.fraction)}`, `zoom=${spot.zoom}`.replace('+', ''));
  for (const name of Object.keys(CHOICES)) {
    const word = choices[name as keyof Choices];
    if (word !== unsaid(name as keyof Choices, choices, spot)) parts.push(`${name}=${word}`);
  }
  if (colour !== null) parts.push(`colour=${colour}`);
  if (selected !== null) parts.push(`sel=${addressText(selected.startPage)}-${addressText(selected.endPage)}`);
  if (isQuery(query)) parts.push(`q=${encodeURIComponent(query.toWellFormed())}`);
  return parts.join('&');
}

/** Takes what is right of a fragment (without its #), and the beginning's for all else: anybody may have written it. */
export function decodePermalink(fragment: string): Permalink {
  const fields = new URLSearchParams(fragment.length > MAX_FRAGMENT_CHARACTERS ? '' : fragment.replaceAll('+', '%2B'));
  const query = fields.get('q') ?? '';
  const spot = spotOf(fields.get('at') ?? '', fields.get('zoom') ?? '');
  const seen = { show: word('show', fields) ?? CHOICES.show[0], scale: word('scale', fields) ?? CHOICES.scale[0] };
  return {
    pid: pidOf(fields.get('pid') ?? ''),
    spot,
    choices: { ...seen, kernel: word('kernel', fields) ?? unsaid('kernel', seen, spot) },
    colour: LINKED.find((each) => each === fields.get('colour')) ?? null,
    selected: rangeOf(fields.get('sel') ?? ''),
    query: isQuery(query) ? query : '',
  };
}

function word<K extends keyof Choices>(name: K, fields: URLSearchParams): Choices[K] | undefined {
  return CHOICES[name].find((each) => each === fields.get(name));
}

/** What a link means that does not say it. */
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

function spotOf(at: string, zoomText: string): Spot | null {
  const [, address = '', fraction = ''] = /^(0x[0-9a-f]{1,17})(?:\.([0-9a-f]{1,13}))?$/.exec(at) ?? [];
  const page = pageOf(address);
  const zoom = /^[0-9]{1,40}(?:\.[0-9]{1,20})?(?:e[0-9]{1,2})?$/.test(zoomText) ? Number(zoomText) : NaN;
  if (page === null || !(zoom > 1 && zoom <= MAX_ZOOM)) return null;
  return { page, fraction: Number.parseInt(fraction.padEnd(FRACTION_DIGITS, '0'), 16) / 16 ** FRACTION_DIGITS, zoom };
}

function rangeOf(text: string): PageRange | null {
  const [, start = '', end = ''] = /^(0x[0-9a-f]{1,17})-(0x[0-9a-f]{1,17})$/.exec(text) ?? [];
  const [startPage, endPage] = [pageOf(start), pageOf(end)];
  return startPage !== null && endPage !== null && startPage < endPage ? { startPage, endPage } : null;
}

function addressText(page: number): string {
  return page === 0 ? '0x0' : `0x${bareAddress(page, 1)}`;
}

/** null for what is no first byte of a page, nor the end of the last one. */
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
