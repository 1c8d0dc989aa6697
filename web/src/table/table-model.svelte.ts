import { intervalAt, type Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Search } from '../search/search.svelte.ts';
import { recall, remember } from '../live/storage.ts';
import { countedAgainKb } from './lines/counted-again.ts';
import { COLUMN_OF, type ColumnKey } from './lines/table-columns.ts';
import { type Grouping, GROUPINGS, groupRows, type Groups, groupTitle, membersOf, tableLines } from './lines/table-groups.ts';
import { groupLine, groupOfLine } from './lines/table-line.ts';
import { BY_ADDRESS, chooseRows, sortRows, type TableSort } from './lines/table-order.ts';
import { type Totals, totalsOf } from './lines/table-totals.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** A key that still identifies a line after the map has changed: the first page of an interval, or a group's title. */
type LineKey = number | string;

/** The table version of the picture: rows, order, groups, and the rows marked for copying. */
export class TableModel {
  readonly #watch: Watch;
  readonly #search: Search;
  readonly #uses: () => Uses | null;
  #sort = $state.raw<TableSort>(BY_ADDRESS);
  #by = $state.raw<Grouping>(recall('table-groups', GROUPINGS, 'none'));
  #gaps = $state.raw(recall('table-gaps', ['yes', 'no'], 'yes') === 'yes');
  /** Titles. */
  #expanded = $state.raw<readonly string[]>([]);
  #active = $state.raw<LineKey | null>(null);
  /** Start of the marked lines; they end at the active one. */
  #anchor = $state.raw<LineKey | null>(null);
  #all = $state.raw(false);

  /** `uses`: what mappings are for, if that is known. */
  constructor(watch: Watch, search: Search, uses: () => Uses | null) {
    this.#watch = watch;
    this.#search = search;
    this.#uses = uses;
  }

  get intervals(): Intervals | null {
    return this.#watch.intervals;
  }
  get pid(): number | null {
    return this.#watch.pid;
  }
  get processName(): string {
    return this.#watch.name;
  }
  get figures(): MappingFigures | null {
    return this.#search.figures;
  }

  /** What the mappings of the current map are for; null: not known. */
  get uses(): Uses | null {
    const uses = this.#uses();
    return uses !== null && uses.table === this.intervals?.table ? uses : null;
  }

  /** The figures joined with the current map; null if there are none. */
  readonly joined: JoinedFigures | null = $derived.by(() => {
    const { intervals, figures } = this;
    return intervals === null || figures === null ? null : JoinedFigures.of(intervals, figures);
  });

  readonly #chosen: Uint32Array = $derived.by(() => {
    const { intervals } = this;
    return intervals === null ? new Uint32Array() : chooseRows(intervals, this.#search.matches, this.#gaps, this.#search.shown);
  });

  /** Number of rows without the filter. */
  readonly allCount: number = $derived.by(() => {
    const { intervals } = this;
    if (intervals === null || this.#search.matches === null) return this.#chosen.length;
    return chooseRows(intervals, null, this.#gaps, this.#search.shown).length;
  });

  /** Uses change more often than maps: other orders and groups do not depend on them. */
  readonly #order: Uint32Array = $derived.by(() => {
    const { intervals } = this;
    return intervals === null ? this.#chosen : sortRows(this.#chosen, intervals, this.#sort, this.figures, this.#sort.column === 'use' ? this.uses : null);
  });

  readonly groups: Groups | null = $derived.by(() => {
    const { intervals } = this;
    if (intervals === null || this.#by === 'none') return null;
    return groupRows(this.#order, intervals, this.#by, this.#sort, this.figures, this.#by === 'use' ? this.uses : null);
  });

  /** See tableLines. */
  readonly lines: Int32Array = $derived.by(() => {
    const { groups } = this;
    return tableLines(this.#order, groups, (group) => this.#expanded.length > 0 && groups !== null && this.isExpanded(group));
  });

  readonly totals: Totals | null = $derived.by(() => {
    const { intervals } = this;
    return intervals === null ? null : totalsOf(this.#chosen, intervals, this.figures);
  });

  /** Upper bound of the memory that the sum of RSS counts more than once, in KiB; null: unknown. */
  readonly countedAgainKb: number | null = $derived.by(() => {
    const { intervals, figures } = this;
    return intervals === null || figures === null ? null : countedAgainKb(this.#chosen, intervals, figures);
  });

  /** Index of the active line, or -1. */
  readonly activeLine: number = $derived(this.lineOf(this.#active));

  /** The marked lines, [from, to): any number of them. */
  readonly marked: readonly [from: number, to: number] = $derived.by(() => {
    if (this.#all) return [0, this.lines.length];
    const [a, b] = [this.activeLine, this.lineOf(this.#anchor)];
    if (a < 0) return [0, 0];
    return b < 0 ? [a, a + 1] : [Math.min(a, b), Math.max(a, b) + 1];
  });

  get sort(): TableSort {
    return this.#sort;
  }
  get by(): Grouping {
    return this.#by;
  }
  set by(by: Grouping) {
    this.#by = by;
    this.#expanded = [];
    this.#all = false;
    remember('table-groups', by);
  }
  get gaps(): boolean {
    return this.#gaps;
  }
  set gaps(shown: boolean) {
    this.#gaps = shown;
    remember('table-gaps', shown ? 'yes' : 'no');
  }

  /** Sorts by a column; a second call reverses the order. */
  sortBy(column: ColumnKey): void {
    this.#sort = { column, descending: column === this.#sort.column ? !this.#sort.descending : COLUMN_OF[column].first === 'desc' };
  }

  /** The group on a line; null: there is none. */
  groupAt(line: number): number | null {
    return groupOfLine(this.lines[line] ?? 0);
  }

  /** The index of the interval on a line; null: there is none. */
  indexAt(line: number): number | null {
    const index = this.lines[line];
    return index === undefined || groupOfLine(index) !== null ? null : index;
  }

  isExpanded(group: number): boolean {
    return this.#expanded.includes(this.#titleOf(group));
  }

  expand(group: number, open: boolean): void {
    const title = this.#titleOf(group);
    const others = this.#expanded.filter((each) => each !== title);
    this.#expanded = open ? [...others, title] : others;
  }

  #titleOf(group: number): string {
    const { groups, intervals } = this;
    return groups === null || intervals === null ? '' : groupTitle(groups, group, intervals);
  }

  /** A key that still identifies the line after the lines have moved. */
  keyOf(line: number): LineKey | null {
    const group = this.groupAt(line);
    if (group !== null) return this.#titleOf(group);
    return this.intervals?.bounds[this.indexAt(line) ?? -1] ?? null;
  }

  /** Index of a line, or -1. */
  lineOf(key: LineKey | null): number {
    const { intervals, groups } = this;
    if (key === null || intervals === null) return -1;
    if (typeof key === 'number') return key >= 0 && key < intervals.layout.end ? this.lines.indexOf(intervalAt(intervals, key)) : -1;
    if (groups === null) return -1;
    for (let group = 0; group < groups.length; group++) if (this.#titleOf(group) === key) return this.lines.indexOf(groupLine(group));
    return -1;
  }

  /** Moves to a line; `extend` marks the lines up to it. */
  moveTo(line: number, extend = false): void {
    if (!extend) this.#anchor = null;
    else if (this.#anchor === null || this.#all) this.#anchor = this.#active ?? this.keyOf(line);
    this.#all = false;
    this.#active = this.keyOf(line);
  }

  /** Moves to the row of a page. False: there is none. */
  moveToPage(page: number): boolean {
    const line = this.lineOf(page);
    if (line < 0) return false;
    this.moveTo(line);
    return true;
  }

  markAll(): void {
    this.#all = true;
  }

  /** Removes the marks except the active line. False if nothing else was marked. */
  unmark(): boolean {
    const [from, to] = this.marked;
    this.#anchor = null;
    this.#all = false;
    return to - from > 1;
  }

  /** Forgets the state of the previous process. */
  forget(): void {
    this.#active = null;
    this.#anchor = null;
    this.#all = false;
    this.#expanded = [];
  }

  /** The marked rows in table order, including the members of marked groups; all rows if nothing is marked. */
  markedRows(): Uint32Array {
    const { lines, groups } = this;
    const [from, to] = this.marked;
    if (to === from || (to - from === lines.length && groups === null)) return this.#order;
    if (groups === null) return Uint32Array.from(lines.subarray(from, to));
    const isMarked = new Uint8Array(this.intervals?.length ?? 0);
    for (const line of lines.subarray(from, to)) {
      const group = groupOfLine(line);
      if (group === null) isMarked[line] = 1;
      else for (const member of membersOf(groups, group)) isMarked[member] = 1;
    }
    return groups.members.filter((row) => isMarked[row] === 1);
  }
}
