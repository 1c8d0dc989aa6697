import type { Page } from '@playwright/test';
import type { MapMeta } from '@procmap/shared/frame.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { WatchState } from '@procmap/shared/messages.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import type {} from '../../web/src/globals.d.ts';
import { PlayedDaemon } from './played-daemon.ts';
import { MEMORY, META, PROCESS, PROCESSES, recordedKernel, recordedTable, TAKEN_AT } from './recorded.ts';

/** What the page is told when it watches the recorded process; all of it can be another. */
export interface Part {
  readonly state?: WatchState;
  /** The daemon's words for that state. */
  readonly message?: string;
  /** null: no map comes. */
  readonly table?: MappingTable | null;
  readonly meta?: MapMeta;
  /** null: nothing is told of the kernel's half. */
  readonly kernel?: KernelHalf | null;
  readonly memory?: Memory | null;
}

/** A page, the daemon that is played to it, and what that daemon says. */
export class Stage {
  readonly page: Page;
  readonly played: PlayedDaemon;
  readonly #kernel: KernelHalf;

  private constructor(page: Page, played: PlayedDaemon, kernel: KernelHalf) {
    this.page = page;
    this.played = played;
    this.#kernel = kernel;
  }

  /** Before the page is opened. Its clock stands still: what is seen tells no other time. */
  static async on(page: Page): Promise<Stage> {
    const stage = new Stage(page, await PlayedDaemon.on(page), await recordedKernel());
    await page.clock.setFixedTime(TAKEN_AT);
    return stage;
  }

  /** Opens the page at the recorded process, and plays the part whenever it asks for that. */
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

  /** Waits until there is a map. */
  async mapped(): Promise<void> {
    await this.page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0);
  }
}
