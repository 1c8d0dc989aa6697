import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { FileColours } from './by-file.ts';
import { classesByKind } from './by-kind.ts';
import { classesByPerms } from './by-perms.ts';
import { classesByResidency } from './by-residency.ts';
import { classesByUse } from './by-use.ts';
import type { Classes, Colouring } from './classes.ts';

/** All inputs of a colouring. Each reads only those it needs, so that other changes do not recompute it. */
interface Colourable {
  readonly intervals: Intervals;
  /** null: not read yet. */
  readonly figures: () => MappingFigures | null;
  readonly files: () => FileColours;
  /** null: not known. */
  readonly uses: () => Uses | null;
}

interface ColouringMode {
  /** Label in the menu; in lower case it follows “coloured”. */
  readonly menu: string;
  /** Heading over the classes of mapped memory. */
  readonly legendTitle: string;
  readonly largestFirst: boolean;
  /** Needs the figures of all mappings. */
  readonly needsFigures: boolean;
  readonly classes: (map: Colourable) => Classes;
}

/** In menu order. The first one is the default, which links omit. */
export const COLOURINGS: Readonly<Record<Colouring, ColouringMode>> = {
  kind: {
    menu: 'By kind',
    legendTitle: 'Mapped',
    largestFirst: false,
    needsFigures: false,
    classes: ({ intervals }) => classesByKind(intervals),
  },
  use: {
    menu: 'By use',
    legendTitle: 'Used for',
    largestFirst: true,
    needsFigures: false,
    classes: ({ intervals, uses }) => classesByUse(intervals, uses()),
  },
  perms: {
    menu: 'By permissions',
    legendTitle: 'Permissions',
    largestFirst: false,
    needsFigures: false,
    classes: ({ intervals }) => classesByPerms(intervals),
  },
  file: {
    menu: 'By file',
    legendTitle: 'Files',
    largestFirst: true,
    needsFigures: false,
    classes: ({ intervals, files }) => files().classes(intervals),
  },
  residency: {
    menu: 'By residency',
    legendTitle: 'In memory',
    largestFirst: false,
    needsFigures: true,
    classes: ({ intervals, figures }) => classesByResidency(intervals, figures()),
  },
};

export const COLOURING_NAMES = Object.keys(COLOURINGS) as readonly Colouring[];
