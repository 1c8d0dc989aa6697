import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import type { FileColours } from './by-file.ts';
import { classesByKind } from './by-kind.ts';
import { classesByPerms } from './by-perms.ts';
import { classesByResidency } from './by-residency.ts';
import type { Classes, Colouring } from './classes.ts';

/** Everything that a colouring may ask for. It reads no more than it needs, so that nothing else makes it count anew. */
export interface Colourable {
  readonly intervals: Intervals;
  /** null: nobody has read them. */
  readonly figures: () => MappingFigures | null;
  readonly files: () => FileColours;
}

export interface ColouringMode {
  /** In the menu; in lower case it follows “coloured”. */
  readonly menu: string;
  /** Over the classes of what is mapped. */
  readonly legendTitle: string;
  readonly largestFirst: boolean;
  /** Shows nothing before the figures of all mappings are read. */
  readonly needsFigures: boolean;
  /** Links tell it. */
  readonly isLinked: boolean;
  readonly classes: (map: Colourable) => Classes;
}

/** In the order of the menu. The first one is the one of the beginning, which no link needs to tell. */
export const COLOURINGS: Readonly<Record<Colouring, ColouringMode>> = {
  kind: {
    menu: 'By kind',
    legendTitle: 'Mapped',
    largestFirst: false,
    needsFigures: false,
    isLinked: false,
    classes: ({ intervals }) => classesByKind(intervals),
  },
  perms: {
    menu: 'By permissions',
    legendTitle: 'Permissions',
    largestFirst: false,
    needsFigures: false,
    isLinked: true,
    classes: ({ intervals }) => classesByPerms(intervals),
  },
  file: {
    menu: 'By file',
    legendTitle: 'Files',
    largestFirst: true,
    needsFigures: false,
    isLinked: true,
    classes: ({ intervals, files }) => files().classes(intervals),
  },
  residency: {
    menu: 'By residency',
    legendTitle: 'In memory',
    largestFirst: false,
    needsFigures: true,
    isLinked: false,
    classes: ({ intervals, figures }) => classesByResidency(intervals, figures()),
  },
};

export const COLOURING_NAMES = Object.keys(COLOURINGS) as readonly Colouring[];
