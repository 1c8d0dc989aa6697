import type { ThreadColumn } from './thread-columns.ts';
import type { ThreadsModel } from './threads-model.svelte.ts';

/** What keys do besides moving. */
interface ThreadActions {
  /** Enter: selects the stack of a row, and zooms to it. */
  readonly open: (row: number) => void;
  /** Space: selects it. */
  readonly pin: (row: number) => void;
  /** The keyboard came to a row. */
  readonly reveal: (row: number) => void;
}

/** Keys of the list, as in the table. False: it does not use the key. `screen`: rows of PageDown. */
export function threadsKey(event: KeyboardEvent, model: ThreadsModel, columns: readonly ThreadColumn[], screen: number, actions: ThreadActions): boolean {
  const { key } = event;
  if (event.altKey || event.metaKey) return false;
  const { active, cell, inHead, rows } = model;
  const move = (row: number): void => actions.reveal(model.moveTo(row));
  const isRow = cell < 0 || event.ctrlKey;
  if (key === 'ArrowLeft' || key === 'ArrowRight') model.toCell(cell + (key === 'ArrowRight' ? 1 : -1), columns.length);
  else if (inHead) {
    const column = columns[cell];
    if (key === 'ArrowDown') {
      model.moveTo(Math.max(0, active), true);
      actions.reveal(Math.max(0, active));
    } else if (key === 'Home') model.toCell(0, columns.length);
    else if (key === 'End') model.toCell(columns.length - 1, columns.length);
    else if ((key === 'Enter' || key === ' ') && column !== undefined) model.sortBy(column.key);
    else return key === 'ArrowUp';
  } else if (key === 'ArrowUp' && active <= 0) model.toHead();
  else if (key === 'ArrowUp') move(active - 1);
  else if (key === 'ArrowDown') move(active + 1);
  else if (key === 'PageUp') move(active - screen);
  else if (key === 'PageDown') move(active + screen);
  else if (key === 'Home' && isRow) move(0);
  else if (key === 'End' && isRow) move(rows.length - 1);
  else if (key === 'Home') model.toCell(0, columns.length);
  else if (key === 'End') model.toCell(columns.length - 1, columns.length);
  else if (event.ctrlKey) return false;
  else if (key === 'Enter') actions.open(active);
  else if (key === ' ') actions.pin(active);
  else return false;
  return true;
}
