import { Kind } from '@procmap/shared/kind.ts';
import { ALARM_BITS, NO_ACCESS_BIT } from '../../axis/masks.ts';
import { clusterAt } from '../../axis/clusters.ts';
import { kernelBand } from '../paint/kernel-band.ts';
import { type Label, labelEnd, labelFont, MIN_HEIGHT, type Line, PAD, PLATE_HEIGHT, type Range, TITLE_HEIGHT } from './label.ts';
import { fitLine, fitWords, withoutName } from './lines.ts';
import { extentOfCluster, type Scene } from '../paint/scene.ts';
import { intervalDetails } from './words.ts';
import { mappingNames, usedDetails } from './use-words.ts';
import { intervalName } from '../../regions/naming.ts';

/** From this width of the box on, mappings have a column beside the names of their runs, which then are this wide. */
export const TWO_COLUMNS = 560;
export const FIRST_COLUMN = 260;

/** True if it has the name of the outermost kernel region around it, and the gutter already shows that name. */
export function isNamedInGutter(scene: Scene, interval: number): boolean {
  const { hierarchy, plot } = scene;
  const { kernel, part } = hierarchy.axis.intervals;
  const at = part[interval] ?? -1;
  const region = kernel.region[at] ?? -1;
  if (region < 0 || region !== kernel.outer[at] || intervalName(hierarchy.axis.intervals, interval) !== kernel.half.regions[region]?.name) return false;
  if (plot.gutterWidth === 0 || kernelBand(hierarchy, scene.ruler, plot.height)?.isCompact === true) return false;
  const [top, bottom] = extentOfCluster(scene, clusterAt(hierarchy.clusters, interval));
  return bottom - top >= TITLE_HEIGHT * plot.dpr;
}

/** The name and details of a single row, in its middle. */
export function rowLabel(scene: Scene, r: number, indent: number): Label {
  const { rows, plot, theme, hierarchy, measure } = scene;
  const { intervals } = hierarchy.axis;
  const i = rows.first[r] ?? 0;
  const y0 = rows.y0[r] ?? 0;
  const y1 = rows.y1[r] ?? 0;
  const colourClass = scene.classes.of[i] ?? 0;
  const font = labelFont(scene, y1 - y0 < 15 * plot.dpr ? 11 : 12);
  const x = plot.boxX + indent + PAD * plot.dpr;
  const room = labelEnd(scene, (y0 + y1 - 1) / 2) - x;
  const names = mappingNames(hierarchy, i);
  const [full = ''] = names;
  const details = scene.veil?.hidesSize(i) === true ? [] : [...intervalDetails(intervals, i), ...usedDetails(hierarchy, i, i + 1)];
  // Unmapped intervals are named in words.
  const line = isNamedInGutter(scene, i)
    ? fitWords(scene, withoutName(details), room, font)
    : (intervals.row[i] ?? -1) < 0
      ? fitWords(scene, [[full, ...details], [full, ...details.slice(0, 1)], [full]], room, font)
      : fitLine(scene, names, details, room, font);
  const quiet = colourClass === Kind.gap;
  // On a faded fill, the ink for the full colour would be unreadable.
  const isVeiled = scene.hits?.any(i, i + 1) === false;
  const patterned = ((rows.mask[r] ?? 0) & (ALARM_BITS | NO_ACCESS_BIT)) !== 0 || (theme.isPatterned && !quiet);
  const plate = patterned ? theme.surface : y1 - y0 > 60 * plot.dpr && !quiet ? (scene.fills.fill[colourClass] ?? null) : null;
  return {
    first: i,
    end: i + 1,
    mappings: 1,
    isListed: false,
    x,
    y: (y0 + y1 - 1) / 2,
    height: plate === null ? MIN_HEIGHT * plot.dpr : Math.min(PLATE_HEIGHT * plot.dpr, y1 - y0),
    font,
    ink: quiet || isVeiled ? theme.inkMuted : patterned ? theme.ink : (scene.fills.ink[colourClass] ?? theme.ink),
    plate,
    ...line,
    detailX: x + line.detailX,
    width: Math.min(room, line.detail === '' ? measure(line.name, font) : line.detailX + measure(line.detail, font)),
  };
}

/** A plate in the middle of [y0, y1) with the line that `fitTo` makes for the room there; null if nothing fits. */
export function plateLabel(scene: Scene, range: Range, y0: number, y1: number, fitTo: (room: number, font: string) => Line): Label | null {
  const { plot, theme, measure } = scene;
  const height = Math.min(PLATE_HEIGHT * plot.dpr, y1 - y0);
  const font = labelFont(scene, height < 15 * plot.dpr ? 11 : 12);
  const x = plot.boxX + PAD * plot.dpr;
  const wide = plot.boxWidth >= TWO_COLUMNS * plot.dpr;
  const room = wide ? (FIRST_COLUMN - 2 * PAD) * plot.dpr : labelEnd(scene, (y0 + y1 - 1) / 2) - x;
  const line = fitTo(room, font);
  if (line.name === '') return null;
  const width = line.detail === '' ? measure(line.name, font) : line.detailX + measure(line.detail, font);
  return { ...range, isListed: false, x, y: (y0 + y1 - 1) / 2, width, height, font, ink: theme.ink, plate: theme.surface, ...line, detailX: x + line.detailX };
}
