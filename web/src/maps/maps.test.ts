import { encodeDelta, encodeSnapshot } from '@procmap/shared/codec.ts';
import { alignNames, diff } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { ANON_LINE, LAYOUT_64, type Line, linesIn, linesOf, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { maskLevels } from '../axis/masks.ts';
import { MapDesk } from './map-desk.ts';
import type { MadeMap } from './map-keeper.ts';
import { Maps, type Port } from './maps.ts';
import type { FromWorker, ToWorker } from './messages.ts';

const PID = 7;
const meta: MapMeta = {
  process: { pid: PID, startTime: 1, comm: 'x' },
  layout: LAYOUT_64,
  takenAt: 0,
  cost: { readMs: 1, parseMs: 1, bytes: 1, reads: 1, torn: false },
};
const LINE: Line = { ...ANON_LINE, name: '/a' };

/**
 * Both ends, connected like a page and its worker. Messages wait until they are let through.
 */
class Wire {
  readonly heard: string[] = [];
  readonly maps: MadeMap[] = [];
  readonly page: Maps;
  readonly #port: Port = { postMessage: (message, transfer) => this.#toWorker.push(structuredClone(message, { transfer })), onmessage: null };
  readonly #toWorker: ToWorker[] = [];
  readonly #toPage: FromWorker[] = [];
  readonly #later: (() => void)[] = [];
  readonly #desk = new MapDesk({
    send: (message, transfer) => this.#toPage.push(structuredClone(message, { transfer })),
    later: (run) => this.#later.push(run),
  });

  constructor() {
    this.page = new Maps(this.#port, {
      onMap: (map) => {
        this.maps.push(map);
        this.heard.push(`map ${map.sequence}`);
      },
      onResync: () => this.heard.push('resync'),
      onGarbage: () => this.heard.push('garbage'),
    });
    this.page.begin(PID);
  }

  /** Delivers all messages under way, and those that they cause. */
  flush(): void {
    while (this.#toWorker.length + this.#later.length + this.#toPage.length > 0) {
      for (const message of this.#toWorker.splice(0)) this.#desk.receive(message);
      for (const run of this.#later.splice(0)) run();
      for (const data of this.#toPage.splice(0)) this.#port.onmessage?.({ data } as MessageEvent<FromWorker>);
    }
  }

  snapshot(sequence: number, table: MappingTable, of = meta): void {
    this.page.take(encodeSnapshot(sequence, of, table));
  }

  delta(sequence: number, from: MappingTable, to: MappingTable): void {
    this.page.take(encodeDelta(sequence, sequence - 1, meta, diff(from, to)));
  }
}

function expectMap(made: MadeMap | undefined, table: MappingTable, half = NO_KERNEL_HALF): void {
  if (made === undefined) throw new Error('there is no map');
  expect(linesOf(made.intervals.table)).toEqual(linesOf(table));
  const intervals = tile(made.intervals.table, LAYOUT_64, rangeParts(half, LAYOUT_64));
  expect(made.intervals).toEqual(intervals);
  expect(made.summary).toEqual(summarise(intervals));
  expect(made.hierarchy).toEqual(buildHierarchy(intervals, made.options));
  expect(made.masks).toEqual(maskLevels(intervals, intervals.kind));
  expect(made.hierarchy.axis.intervals).toBe(made.intervals);
}

describe('maps made in a worker', () => {
  it('are what the page would have made itself, whenever the worker comes to it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(linesIn(LAYOUT_64), fc.boolean()), { minLength: 1, maxLength: 6 }), (steps) => {
        const wire = new Wire();
        const tables = steps.map(([lines]) => tableOf(lines));
        tables.forEach((table, i) => {
          // Like the daemon: known names keep their index, new ones are appended.
          const base = tables[i - 1];
          const next = (tables[i] = base === undefined ? table : alignNames(base.names, table));
          if (base === undefined) wire.snapshot(1, table);
          else wire.delta(i + 1, base, next);
          if (steps[i]?.[1] === true) wire.flush();
        });
        wire.flush();
        expect(linesOf(wire.maps.at(-1)?.intervals.table ?? tableOf([]))).toEqual(steps.at(-1)?.[0] ?? []);
        expectMap(wire.maps.at(-1), tableOf(steps.at(-1)?.[0] ?? []));
        expect(wire.maps.at(-1)?.sequence).toBe(steps.length);
      }),
      { numRuns: 60 },
    );
  });

  it('make one map of all frames that wait', () => {
    const wire = new Wire();
    const tables = [tableOf([LINE]), tableOf([{ ...LINE, perms: 1 }]), tableOf([{ ...LINE, perms: 0 }])] as const;
    wire.snapshot(1, tables[0]);
    wire.delta(2, tables[0], tables[1]);
    wire.delta(3, tables[1], tables[2]);
    wire.flush();
    expect(wire.heard).toEqual(['map 3']);
    expectMap(wire.maps[0], tables[2]);
  });

  it('are heard before what came behind them, and after what came before', () => {
    const wire = new Wire();
    wire.page.after(() => wire.heard.push('at once'));
    wire.snapshot(1, tableOf([LINE]));
    wire.page.after(() => wire.heard.push('tick 1'));
    wire.flush();
    wire.snapshot(2, tableOf([]));
    wire.page.after(() => wire.heard.push('tick 2'));
    wire.page.after(() => wire.heard.push('exited'));
    wire.flush();
    expect(wire.heard).toEqual(['at once', 'map 1', 'tick 1', 'map 2', 'tick 2', 'exited']);
  });

  it('keep the names and the kernel the same objects while they are the same', () => {
    const wire = new Wire();
    const [first, second] = [tableOf([LINE]), tableOf([{ ...LINE, perms: 1 }])];
    wire.page.setKernel(HALF);
    wire.snapshot(1, first);
    wire.flush();
    wire.delta(2, first, { ...second, names: first.names });
    wire.flush();
    const [before, after] = wire.maps;
    expectMap(before, first, HALF);
    expectMap(after, second, HALF);
    expect(after?.intervals.table.names).toBe(before?.intervals.table.names);
    expect(after?.intervals.kernel).toBe(before?.intervals.kernel);
    expect(after?.intervals.kernel.half).toBe(HALF);
  });

  it('are rebuilt when the kernel half arrives', () => {
    const wire = new Wire();
    wire.snapshot(1, tableOf([LINE]));
    wire.flush();
    wire.page.setKernel(HALF);
    wire.flush();
    expect(wire.heard).toEqual(['map 1', 'map 1']);
    expectMap(wire.maps[1], tableOf([LINE]), HALF);
  });

  it('of a process that is not looked at any more are not heard of', () => {
    const wire = new Wire();
    wire.snapshot(1, tableOf([LINE]));
    wire.page.begin(8);
    wire.snapshot(2, tableOf([LINE]));
    wire.flush();
    expect(wire.heard).toEqual([]);
    wire.snapshot(1, tableOf([]), { ...meta, process: { ...meta.process, pid: 8 } });
    wire.flush();
    expect(wire.heard).toEqual(['map 1']);
    expectMap(wire.maps[0], tableOf([]));
  });

  it('need a snapshot where a delta has another base, and after a new connection', () => {
    const wire = new Wire();
    const [first, second] = [tableOf([LINE]), tableOf([{ ...LINE, perms: 1 }])];
    wire.delta(5, first, second);
    wire.flush();
    wire.delta(6, first, second);
    wire.flush();
    expect(wire.heard).toEqual(['resync']);
    wire.snapshot(7, second);
    wire.flush();
    wire.page.expectSnapshot();
    wire.delta(8, second, first);
    wire.flush();
    expect(wire.heard).toEqual(['resync', 'map 7']);
  });

  it('report an unreadable frame, and continue', () => {
    const wire = new Wire();
    wire.page.take(Uint8Array.of(1, 2, 3));
    wire.snapshot(1, tableOf([LINE]));
    wire.flush();
    expect(wire.heard).toEqual(['garbage', 'map 1']);
  });

  it('are of the scale and the half that is shown', () => {
    const wire = new Wire();
    wire.page.setOptions({ show: 'user', scale: 'linear', kernel: 'closed' });
    wire.snapshot(1, tableOf([LINE]));
    wire.flush();
    expect(wire.maps[0]?.options).toEqual({ show: 'user', scale: 'linear', kernel: 'closed' });
    expectMap(wire.maps[0], tableOf([LINE]));
  });
});
