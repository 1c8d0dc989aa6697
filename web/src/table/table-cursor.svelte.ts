import type { TableModel } from './table-model.svelte.ts';
import type { Column } from './lines/table-columns.ts';
import type { TableView } from './table-view.svelte.ts';

/** Actions of keys besides moving. */
interface TableActions {
  /** Enter: shows a row in the diagram; opens or closes a group. */
  readonly open: (line: number) => void;
  /** Space: selects a row. */
  readonly pin: (line: number) => void;
  /** Space: searches for a group. */
  readonly filter: (group: number) => void;
}

/** Position of the keyboard in the table: a row, a cell in it, or a column head above the first row. */
export class TableCursor {
  readonly #model: TableModel;
  readonly #view: TableView;
  readonly #columns: () => readonly Column[];
  readonly #actions: TableActions;
  #inHead = $state.raw(false);
  /** Index of the visible column; -1: the whole row. */
  #cell = $state.raw(-1);

  constructor(model: TableModel, view: TableView, columns: () => readonly Column[], actions: TableActions) {
    this.#model = model;
    this.#view = view;
    this.#columns = columns;
    this.#actions = actions;
  }

  get inHead(): boolean {
    return this.#inHead;
  }
  get cell(): number {
    return this.#cell;
  }

  /** Returns to the whole row, after a click. */
  toRow(): void {
    this.#inHead = false;
    this.#cell = -1;
  }

  /** False: the table does not use the key. */
  key(event: KeyboardEvent): boolean {
    if (event.altKey) return false;
    return this.#inHead ? this.#headKey(event.key) : this.#rowKey(event);
  }

  #move(to: number, extend: boolean): void {
    const { length } = this.#model.lines;
    if (length === 0) return;
    const line = Math.max(0, Math.min(length - 1, to));
    this.#inHead = false;
    this.#model.moveTo(line, extend);
    this.#view.reveal(line);
  }

  #headKey(key: string): boolean {
    const last = this.#columns().length - 1;
    if (key === 'ArrowDown') {
      this.#cell = -1;
      this.#move(this.#model.activeLine, false);
    } else if (key === 'ArrowRight') this.#cell = Math.min(last, this.#cell + 1);
    else if (key === 'ArrowLeft') this.#cell = Math.max(0, this.#cell - 1);
    else if (key === 'Home') this.#cell = 0;
    else if (key === 'End') this.#cell = last;
    else if (key === 'Enter' || key === ' ') {
      const column = this.#columns()[this.#cell];
      if (column !== undefined) this.#model.sortBy(column.key);
    } else if (key !== 'ArrowUp') return false;
    return true;
  }

  #rowKey(event: KeyboardEvent): boolean {
    const { key, shiftKey } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    const { lines, activeLine: at } = this.#model;
    const isRow = this.#cell < 0 || isCommand;
    if (isCommand && key.toLowerCase() === 'a') this.#model.markAll();
    else if (key === 'ArrowDown') this.#move(at + 1, shiftKey);
    else if (key === 'ArrowUp' && at <= 0 && !shiftKey) {
      this.#inHead = true;
      this.#cell = Math.max(0, this.#cell);
    } else if (key === 'ArrowUp') this.#move(at - 1, shiftKey);
    else if (key === 'PageDown') this.#move(at + this.#view.screen, shiftKey);
    else if (key === 'PageUp') this.#move(at - this.#view.screen, shiftKey);
    else if (key === 'Home' && isRow) this.#move(0, shiftKey);
    else if (key === 'End' && isRow) this.#move(lines.length - 1, shiftKey);
    else if (key === 'Home') this.#cell = 0;
    else if (key === 'End') this.#cell = this.#columns().length - 1;
    else if (isCommand) return false;
    else if (key === 'ArrowRight' || key === 'ArrowLeft') this.#sideways(key === 'ArrowRight' ? 1 : -1);
    else if (key === 'Enter') this.#actions.open(at);
    else if (key === ' ') {
      const group = this.#model.groupAt(at);
      if (group !== null) this.#actions.filter(group);
      else this.#actions.pin(at);
    }
    // Otherwise Escape belongs to the page, which clears the selection.
    else return key === 'Escape' && this.#model.unmark();
    return true;
  }

  /** Into the cells of a row and out again; opens and closes a group; from a member to its group. */
  #sideways(step: 1 | -1): void {
    const { activeLine, groups } = this.#model;
    const group = this.#model.groupAt(activeLine);
    if (group !== null) this.#model.expand(group, step > 0);
    else if (this.#model.indexAt(activeLine) === null) return;
    else if (step < 0 && this.#cell < 0 && groups !== null) {
      let up = activeLine;
      while (up > 0 && this.#model.groupAt(up) === null) up--;
      this.#move(up, false);
    } else this.#cell = Math.max(-1, Math.min(this.#columns().length - 1, this.#cell + step));
  }
}
