import { formatPages, plural } from '@procmap/shared/units.ts';
import { COLOURINGS } from '../colour/colourings.ts';
import { legendGroups } from '../view/legend.ts';
import type { Still } from '../draw/still.ts';
import type { Picture } from './picture.ts';
import { redactStill } from './redact-still.ts';
import type { PictureParts } from './parts.ts';

/** The options of a picture. */
interface PictureWishes {
  readonly redacted: boolean;
  readonly legend: boolean;
  readonly host: boolean;
}

const SCALE_WORDS = { log: 'log scale', linear: 'linear scale', mapped: 'scale by mapped size' } as const;
const SHOW_WORDS = { both: '', user: 'user half, ', kernel: 'kernel half, ' } as const;

/** The picture of the current view; null if there is none. */
export function pictureOf({ watch, navigation, search, settings, welcome, paused }: PictureParts, { redacted, legend, host }: PictureWishes): Picture | null {
  const { meta, summary } = watch;
  const { diagram } = navigation;
  const seen = diagram?.still(search.hits.length === 0 ? null : search.hits) ?? null;
  if (diagram === null || seen === null || meta === null || summary === null) return null;
  const still: Still = redacted ? redactStill(seen, diagram.plotHeight) : seen;
  const at = new Date(watch.lastRead?.takenAt ?? meta.takenAt);
  const mark = watch.facts?.mark ?? '';
  const states = [
    meta.cost.torn ? 'torn' : '',
    mark !== '' ? mark : paused ? 'paused' : '',
    redacted ? 'addresses are offsets, gaps are not to scale' : '',
  ].filter((word) => word !== '');
  const heights = seen.hierarchy.resident === null ? '' : ' of resident memory';
  return {
    still,
    title: `${watch.name} ${meta.process.pid}`,
    subtitle: [`${SHOW_WORDS[settings.show]}${plural(summary.mappings, 'mapping')}, ${formatPages(summary.mappedPages)} mapped`, ...states].join(' · '),
    legend: legend ? legendGroups(seen.classes).flatMap(({ rows }) => rows) : [],
    foot: [
      `${timeText(at)} · ${SCALE_WORDS[settings.scale]}${heights} · coloured ${COLOURINGS[settings.colouring].menu.toLowerCase()}`,
      [host ? (welcome?.host ?? '') : '', `procmap ${welcome?.version ?? ''}`.trim()].filter((word) => word !== '').join(' · '),
    ],
  };
}

/** `2026-11-26 14:03:21 +0100` */
export function timeText(at: Date): string {
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}${two(offset % 60)}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

/** `-2026-11-26T140321.png` */
export function pictureEnding(at: Date, ending: string): string {
  const [day = '', time = ''] = timeText(at).split(' ');
  return `-${day}T${time.replaceAll(':', '')}.${ending}`;
}
