import type { Page } from '@playwright/test';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { WatchState } from '@procmap/shared/watch-states.ts';
import { FIGURE_ROW_CELLS, FLAG_SET_CELL } from '@procmap/shared/figures/mapping-figures.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { smapsJsonBegin, smapsJsonEnd, smapsJsonRows } from '@procmap/shared/output/smaps-json.ts';
import type {} from '../../web/src/globals.d.ts';
import { PlayedDaemon } from './played-daemon.ts';
import { MEMORY, META, PROCESS, PROCESSES, recordedKernel, recordedTable, TAKEN_AT } from './recorded.ts';

/** VmFlags of a mapping by its PERM_* bits, in the kernel's format. */
const FLAGS_OF_PERMS = ['rd', 'wr', 'ex', 'sh ms'];
/** What marks memory of an arena of malloc, and of a stack of a thread; most has neither. */
const MARKS = ['', ' nr', ' nh'];
const FLAG_SETS = MARKS.flatMap((mark) =>
  Array.from({ length: 16 }, (_, perms) => [...FLAGS_OF_PERMS.filter((_, bit) => (perms >> bit) & 1), `mr mw me ac sd${mark}`].join(' ')),
);
const GUARD_PAGES = 1;

/** Index in MARKS: closed memory is a guard if it is a page, else the rest of an arena; what is beside it belongs to it. */
function markOf({ length, start, end, perms, kind }: MappingTable, row: number): number {
  const isClosed = (r: number): boolean => r >= 0 && r < length && kind[r] === Kind.anon && ((perms[r] ?? 0) & 7) === 0;
  const isGuard = (r: number): boolean => isClosed(r) && (end[r] ?? 0) - (start[r] ?? 0) === GUARD_PAGES;
  if (isClosed(row)) return isGuard(row) ? 2 : 1;
  if (kind[row] !== Kind.anon) return 0;
  if (isGuard(row - 1) && end[row - 1] === start[row]) return 2;
  return isClosed(row + 1) && !isGuard(row + 1) && end[row] === start[row + 1] ? 1 : 0;
}

/** The daemon's messages while the page watches the recorded process. Each can be replaced. */
export interface Part {
  readonly state?: WatchState;
  /** The daemon's text for that state. */
  readonly message?: string;
  /** null: no map is sent. */
  readonly table?: MappingTable | null;
  readonly meta?: MapMeta;
  /** null: no kernel half is sent. */
  readonly kernel?: KernelHalf | null;
  readonly memory?: Memory | null;
}

/** A page, the played daemon, and its messages. */
export class Stage {
  readonly page: Page;
  readonly played: PlayedDaemon;
  readonly #kernel: KernelHalf;

  private constructor(page: Page, played: PlayedDaemon, kernel: KernelHalf) {
    this.page = page;
    this.played = played;
    this.#kernel = kernel;
  }

  /** Call before the page is opened. Stops its clock, so that the visible time is always the same. */
  static async on(page: Page): Promise<Stage> {
    const stage = new Stage(page, await PlayedDaemon.on(page), await recordedKernel());
    await page.clock.setFixedTime(TAKEN_AT);
    return stage;
  }

  /** Makes smaps available. The share of a mapping in memory depends on its position in the table; what is closed has none. */
  playFigures(): void {
    const { pid, comm } = PROCESS;
    const table = recordedTable();
    const { length, start, end, perms, device, inodeLow, inodeHigh, offset } = table;
    const cells = new Float64Array(length * FIGURE_ROW_CELLS);
    for (let r = 0; r < length; r++) {
      const kb = ((end[r] ?? 0) - (start[r] ?? 0)) * 4;
      const isOpen = ((perms[r] ?? 0) & 7) !== 0;
      const rss = isOpen ? Math.floor((kb * (r % 5)) / 16) * 4 : 0;
      cells.set([start[r] ?? 0, end[r] ?? 0, rss, rss / 2, 0, 0, rss / 2, rss / 2, rss, rss / 2], r * FIGURE_ROW_CELLS);
      cells.set(
        [16 * markOf(table, r) + ((perms[r] ?? 0) & 15), device[r] ?? 0, inodeLow[r] ?? 0, inodeHigh[r] ?? 0, offset[r] ?? 0],
        r * FIGURE_ROW_CELLS + FLAG_SET_CELL,
      );
    }
    const cost = { ms: 3.2, bytes: 90_112, reads: 31 };
    const body = smapsJsonBegin(pid, comm, TAKEN_AT) + smapsJsonRows(cells, FLAG_SETS, true, 16) + smapsJsonEnd({ torn: false, cost });
    this.played.answers.set(`/api/processes/${pid}/smaps`, (route) => route.fulfill({ contentType: 'application/json', body }));
  }

  /** Opens the page for the recorded process, and plays the part whenever the page asks for it. */
  async open(
    { state = 'live', message = '', table = recordedTable(), meta = META, kernel = this.#kernel, memory = MEMORY }: Part = {},
    more = '',
  ): Promise<void> {
    const { pid } = PROCESS;
    this.played.answer((asked) => {
      if (asked.type === 'processes') this.played.say({ type: 'processes', processes: [...PROCESSES] });
      if (asked.type === 'memory') this.played.say({ type: 'memory', pid, memory, message: memory === null ? message : '' });
      if (asked.type !== 'watch') return;
      if (kernel !== null) this.played.kernel(kernel);
      if (table !== null) this.played.snapshot(meta, table);
      this.played.say({ type: 'state', pid, state, message });
    });
    await this.played.open(pid, more);
    if (table !== null) await this.mapped();
  }

  /** Waits for a map. */
  async mapped(): Promise<void> {
    await this.page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0);
  }
}
