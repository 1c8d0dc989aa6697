import { intervalAt, type Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Search } from '../search/search.svelte.ts';
import { recall, remember } from '../live/storage.ts';
import { countedAgainKb } from './counted-again.ts';
import { COLUMN_OF, type ColumnKey } from './table-columns.ts';
import { type Grouping, GROUPINGS, groupRows, type Groups, groupTitle, membersOf, tableLines } from './table-groups.ts';
import { groupLine, groupOfLine } from './table-line.ts';
import { BY_ADDRESS, chooseRows, sortRows, type TableSort } from './table-order.ts';
import { type Totals, totalsOf } from './table-totals.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** A line of the table by what stays true while the map changes: the first page of an interval, or a group's title. */
type LineKey = number | string;

/** The table twin of the picture: which rows, in what order and groups, and which of them are marked to be copied. */
export class TableModel {
  readonly #watch: Watch;
  readonly #search: Search;
  #sort = $state.raw<TableSort>(BY_ADDRESS);
  #by = $state.raw<Grouping>(recall('table-groups', GROUPINGS, 'none'));
  #gaps = $state.raw(recall('table-gaps', ['yes', 'no'], 'yes') === 'yes');
  /** Titles. */
  #expanded = $state.raw<readonly string[]>([]);
  #active = $state.raw<LineKey | null>(null);
  /** Where the marked lines begin; they end at the active one. */
  #anchor = $state.raw<LineKey | null>(null);
  #all = $state.raw(false);

  constructor(watch: Watch, search: Search) {
    this.#watch = watch;
    this.#search = search;
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

  /** The figures as they belong to the map of the moment; null where there are none. */
  readonly joined: JoinedFigures | null = $derived.by(() => {
    const { intervals, figures } = this;
    return intervals === null || figures === null ? null : JoinedFigures.of(intervals, figures);
  });

  readonly #chosen: Uint32Array = $derived.by(() => {
    const { intervals } = this;
    return intervals === null ? new Uint32Array() : chooseRows(intervals, this.#search.matches, this.#gaps, this.#search.shown);
  });

  /** Of how many rows these are, without the filter. */
  readonly allCount: number = $derived.by(() => {
    const { intervals } = this;
    if (intervals === null || this.#search.matches === null) return this.#chosen.length;
    return chooseRows(intervals, null, this.#gaps, this.#search.shown).length;
  });

  readonly #order: Uint32Array = $derived.by(() => {
    const { intervals } = this;
    return intervals === null ? this.#chosen : sortRows(this.#chosen, intervals, this.#sort, this.figures);
  });

  readonly groups: Groups | null = $derived.by(() => {
    const { intervals } = this;
    return intervals === null || this.#by === 'none' ? null : groupRows(this.#order, intervals, this.#by, this.#sort, this.figures);
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

  /** How much, at most, of the sum of RSS is the same memory again, in KiB; null: not known. */
  readonly countedAgainKb: number | null = $derived.by(() => {
    const { intervals, figures } = this;
    return intervals === null || figures === null ? null : countedAgainKb(this.#chosen, intervals, figures);
  });

  /** Place of the line that the keys are at, or -1. */
  readonly activeLine: number = $derived(this.lineOf(this.#active));

  /** The marked lines, [from, to): from none to all of them. */
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

  /** Sorts by a column; again, the other way round. */
  sortBy(column: ColumnKey): void {
    this.#sort = { column, descending: column === this.#sort.column ? !this.#sort.descending : COLUMN_OF[column].first === 'desc' };
  }

  /** The group on a line; null: none is there. */
  groupAt(line: number): number | null {
    return groupOfLine(this.lines[line] ?? 0);
  }

  /** The interval on a line, by its index; null: none is there. */
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

  /** What the line at a place is, for as long as it may be somewhere else by then. */
  keyOf(line: number): LineKey | null {
    const group = this.groupAt(line);
    if (group !== null) return this.#titleOf(group);
    return this.intervals?.bounds[this.indexAt(line) ?? -1] ?? null;
  }

  /** Place of a line, or -1. */
  lineOf(key: LineKey | null): number {
    const { intervals, groups } = this;
    if (key === null || intervals === null) return -1;
    if (typeof key === 'number') return key >= 0 && key < intervals.layout.end ? this.lines.indexOf(intervalAt(intervals, key)) : -1;
    if (groups === null) return -1;
    for (let group = 0; group < groups.length; group++) if (this.#titleOf(group) === key) return this.lines.indexOf(groupLine(group));
    return -1;
  }

  /** Goes to a line; with `extend` what is marked reaches up to it. */
  moveTo(line: number, extend = false): void {
    if (!extend) this.#anchor = null;
    else if (this.#anchor === null || this.#all) this.#anchor = this.#active ?? this.keyOf(line);
    this.#all = false;
    this.#active = this.keyOf(line);
  }

  /** Goes to the row of a page. False: there is none. */
  moveToPage(page: number): boolean {
    const line = this.lineOf(page);
    if (line < 0) return false;
    this.moveTo(line);
    return true;
  }

  markAll(): void {
    this.#all = true;
  }

  /** Back to the one line. False when no more than that was marked. */
  unmark(): boolean {
    const [from, to] = this.marked;
    this.#anchor = null;
    this.#all = false;
    return to - from > 1;
  }

  /** Nothing of the process before holds for the next one. */
  forget(): void {
    this.#active = null;
    this.#anchor = null;
    this.#all = false;
    this.#expanded = [];
  }

  /** The marked rows in the order of the table, those of a group with it; all rows where nothing is marked. */
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
