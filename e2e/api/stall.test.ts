import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { answeredLines, type MapAnswer } from './map-answer.ts';

/** A process whose map the kernel does not return: a FIFO in its place blocks readers, like a locked mmap_lock. */
const STALLED = 7;
const proc = new FakeProc();
let daemon: Daemon;

beforeAll(async () => {
  proc.write(STALLED, { comm: 'stalled' });
  proc.block(STALLED, 'maps');
  for (const pid of [8, 9]) proc.write(pid, { comm: `fine-${pid}`, maps: mapsLine(0x400, pid) });
  daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
});

afterAll(async () => {
  await daemon.stop();
  proc.dispose();
});

describe('a process whose map is locked', () => {
  it('is answered with 503, in time, and what to do', async () => {
    const response = await daemon.get(`/api/processes/${STALLED}/map`);
    expect(response.status).toBe(503);
    const { error, message } = (await response.json()) as Record<string, string>;
    expect(error).toBe('stalled');
    expect(message).toMatch(/^process 7 does not answer: .*; procmap tries again$/);
  });

  it('keeps no other from being answered, before, after and at the same time', async () => {
    const stalled = daemon.get(`/api/processes/${STALLED}/map`);
    const others = await Promise.all([8, 9, 8, 9].map((pid) => daemon.json<MapAnswer>(`/api/processes/${pid}/map`)));
    expect(others.map(({ comm }) => comm)).toEqual(['fine-8', 'fine-9', 'fine-8', 'fine-9']);
    expect(others.map((answer) => answeredLines(answer).length)).toEqual([1, 1, 1, 1]);
    expect((await stalled).status).toBe(503);
    expect(await daemon.json('/healthz')).toEqual({ status: 'ok' });
    expect((await daemon.json<object[]>('/api/processes')).length).toBe(3);
  });

  it('is answered as soon as the kernel gives it out', async () => {
    proc.letGo(STALLED, 'maps', mapsLine(0x500, 3));
    proc.remove(9);
    const answer = async (): Promise<string[]> => answeredLines(await daemon.json<MapAnswer>(`/api/processes/${STALLED}/map`));
    await vi.waitFor(async () => expect(await answer()).toEqual(['500000-503000 rw-p 0 00:00 0']), { timeout: 15_000 });
    expect((await daemon.get('/api/processes/9/map')).status).toBe(404);
  });
});

describe('GET /metrics', () => {
  const others = new FakeProc();
  let scraped: Daemon;

  beforeAll(async () => {
    for (const pid of [11, 12, 13]) others.write(pid, { comm: `fine-${pid}`, maps: mapsLine(0x400, pid) });
    others.block(11, 'maps');
    for (const file of ['smaps', 'smaps_rollup']) others.block(12, file);
    scraped = await Daemon.start({ env: { PROCMAP_PROC: others.root }, args: ['--metrics-match=fine*'] });
  });

  afterAll(async () => {
    await scraped.stop();
    others.dispose();
  });

  it('is not delayed for long by a process whose map or smaps is locked', async () => {
    const scrape = async (): Promise<string> => {
      const began = performance.now();
      const text = await (await scraped.get('/metrics')).text();
      expect(performance.now() - began).toBeLessThan(7000);
      expect(text).toContain('procmap_process_use_mapped_bytes{pid="13",comm="fine-13",use="not_known"} 53248\n');
      return text;
    };
    const text = await scrape();
    expect(text).toContain('procmap_process_use_mapped_bytes{pid="12",comm="fine-12",use="not_known"} 49152\n');
    expect(text).not.toMatch(/use_resident_bytes\{pid="12"/);
    expect(text).toContain('procmap_metrics_processes_left_out 1\n');
    // From then on, the reader leaves both of them alone for a while.
    for (let i = 0; i < 2; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await scrape();
    }
  });
});
