import { recall, remember } from './storage.ts';

/** The table under the diagram, or in its place. */
export const TABLE_PLACES = ['off', 'split', 'full'] as const;
export type TablePlace = (typeof TABLE_PLACES)[number];

/** Of the stage's height, in percent, that the table may have. */
export const TABLE_SHARES = { least: 15, most: 85, first: 45 } as const;

const SHARES = ['', ...Array.from({ length: 101 }, (_, percent) => String(percent))];

/** How much room there is: three columns, two, or the diagram alone with sheets over it. */
export type Room = 'wide' | 'medium' | 'narrow';

/** Which panels are open. On a wide page they are columns; where there is less room they lie over the diagram. */
export class Panels {
  #room = $state.raw<Room>('wide');
  #picker = $state.raw(true);
  #inspector = $state.raw(true);
  /** The view controls of the top bar, which a narrow page keeps behind a button. */
  tools = $state(false);
  help = $state(false);
  /** What is said for a moment; '' for nothing. */
  toast = $state('');
  /** The field for an address. */
  goTo = $state(false);
  /** The dialog that makes pictures. */
  share = $state(false);
  /** What the process runs, in the inspector. */
  program = $state(false);

  #table = $state.raw<TablePlace>(recall('table', TABLE_PLACES, 'off'));
  #tableShare = $state.raw(clampShare(Number(recall('table-share', SHARES, ''))));

  constructor() {
    const wide = matchMedia('(min-width: 1160px)');
    const medium = matchMedia('(min-width: 760px)');
    const measure = (): void => {
      const room = wide.matches ? 'wide' : medium.matches ? 'medium' : 'narrow';
      if (room !== this.#room) this.#settle(room);
    };
    wide.onchange = measure;
    medium.onchange = measure;
    measure();
    // Where it would lie over all of the diagram, nobody is to begin with it.
    if (this.#room === 'narrow') this.#table = 'off';
  }

  get room(): Room {
    return this.#room;
  }
  get picker(): boolean {
    return this.#picker;
  }
  get inspector(): boolean {
    return this.#inspector;
  }
  /** The picker lies over the diagram rather than beside it. */
  get pickerFloats(): boolean {
    return this.#room !== 'wide';
  }

  get table(): TablePlace {
    return this.#table;
  }
  set table(place: TablePlace) {
    this.#table = place;
    // The controls hang down over it where there is little room.
    if (place !== 'off') this.tools = false;
    remember('table', place);
  }
  /** On a narrow page there is no room for both. */
  get tableFills(): boolean {
    return this.#table === 'full' || (this.#table === 'split' && this.#room === 'narrow');
  }
  /** Percent of the stage's height. */
  get tableShare(): number {
    return this.#tableShare;
  }
  set tableShare(percent: number) {
    this.#tableShare = clampShare(percent);
    remember('table-share', String(this.#tableShare));
  }

  toggleTable(): void {
    this.table = this.#table === 'off' ? 'split' : 'off';
  }

  /** Something is to be seen in the diagram: the table that lies over it makes way. */
  showDiagram(): void {
    if (this.tableFills) this.table = this.#room === 'narrow' ? 'off' : 'split';
  }

  togglePicker(open = !this.#picker): void {
    this.#picker = open;
    if (open && this.#room === 'narrow') this.#inspector = false;
  }

  toggleInspector(open = !this.#inspector): void {
    this.#inspector = open;
  }

  /** A process was picked, or something was clicked: what floats makes way. */
  picked(): void {
    if (this.pickerFloats) this.#picker = false;
  }

  #settle(room: Room): void {
    this.#room = room;
    this.#picker = room === 'wide';
    this.#inspector = room !== 'narrow';
    this.tools = false;
  }
}

function clampShare(percent: number): number {
  const { least, most, first } = TABLE_SHARES;
  return Number.isFinite(percent) && percent > 0 ? Math.min(most, Math.max(least, Math.round(percent))) : first;
}
