import type { PageRange } from '../regions/page-range.ts';
import { recall, remember } from './storage.ts';

/** The table below the diagram, or in place of it. */
const TABLE_PLACES = ['off', 'split', 'full'] as const;
type TablePlace = (typeof TABLE_PLACES)[number];

/** The table's share of the stage height, in percent. */
export const TABLE_SHARES = { least: 15, most: 85, first: 45 } as const;

const SHARES = ['', ...Array.from({ length: 101 }, (_, percent) => String(percent))];

/** The available room: three columns, two, or only the diagram with sheets over it. */
type Room = 'wide' | 'medium' | 'narrow';

/** The open panels. On a wide page they are columns; with less room they lie over the diagram. */
export class Panels {
  #room = $state.raw<Room>('wide');
  #picker = $state.raw(true);
  #inspector = $state.raw(true);
  /** The view controls of the top bar, behind a button on a narrow page. */
  tools = $state(false);
  help = $state(false);
  /** A message shown for a moment; '' for none. */
  toast = $state('');
  /** The field for an address. */
  goTo = $state(false);
  /** The dialog that makes pictures. */
  share = $state(false);
  /** The program of the process, in the inspector. */
  program = $state(false);

  /** The stack at whose thread the list of threads is to be; null: anywhere. */
  threadsAt = $state.raw<PageRange | null>(null);

  #threads = $state.raw(false);
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
    // Here the table would cover the whole diagram, so do not start with it.
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
    // With little room the controls would cover the table.
    if (place !== 'off') [this.tools, this.#threads] = [false, false];
    remember('table', place);
  }
  /** A narrow page has no room for both. */
  get tableFills(): boolean {
    return this.#table === 'full' || (this.#table === 'split' && this.#room === 'narrow');
  }
  /** Percent of the stage height. */
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

  /** The list of threads is below the diagram, where the table can be. */
  get threads(): boolean {
    return this.#threads;
  }

  toggleThreads(open = !this.#threads): void {
    this.#threads = open;
    this.threadsAt = null;
    if (!open) return;
    this.table = 'off';
    this.tools = false;
    // Both would be sheets over the same part of the diagram.
    if (this.#room === 'narrow') this.#inspector = false;
  }

  /** Opens the list of threads at the one whose stack lies in these pages. */
  showThreads(stack: PageRange): void {
    this.toggleThreads(true);
    this.threadsAt = stack;
  }

  /** The diagram must be visible: closes a table that covers it. */
  showDiagram(): void {
    if (this.tableFills) this.table = this.#room === 'narrow' ? 'off' : 'split';
  }

  togglePicker(open = !this.#picker): void {
    this.#picker = open;
    if (open && this.#room === 'narrow') this.#inspector = false;
  }

  toggleInspector(open = !this.#inspector): void {
    this.#inspector = open;
    if (open && this.#room === 'narrow') this.#threads = false;
  }

  /** A process was picked or something was clicked: closes floating panels. */
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
