import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useReader } from './map.fixture.ts';

useReader();

describe('in a tree of files', () => {
  let proc: FakeProc;
  let fake: ReaderClient;

  beforeAll(() => {
    proc = new FakeProc();
    fake = new ReaderClient({ procRoot: proc.root });
  });

  afterAll(async () => {
    await fake.stop();
    proc.dispose();
  });

  it('a reused process id is not the watched process', async () => {
    proc.write(50, { maps: mapsLine(16, 1), startTime: 1 });
    const { etag } = await fake.map(50);
    proc.write(50, { maps: mapsLine(16, 1), startTime: 2 });
    expect(await fake.error(50, etag)).toMatchObject({ error: 'exited' });
    expect((await fake.map(50)).meta.process.startTime).toBe(2);
  });

  it('overlapping rows are torn after four reads, and left out', async () => {
    proc.write(51, { maps: mapsLine(16, 4) + mapsLine(18, 4) + mapsLine(32, 1) });
    const { table, meta } = await fake.map(51);
    expect(Array.from(table.start)).toEqual([16, 32]);
    expect(meta.cost).toMatchObject({ torn: true, reads: 8 });
  });

  it('a torn map is never "unchanged"', async () => {
    proc.write(52, { maps: mapsLine(16, 4) + mapsLine(18, 4) });
    const { etag } = await fake.map(52);
    expect((await fake.ask({ op: 'map', pid: 52, etag })).head.status).toBe('map');
  });

  it('a malformed maps file is refused with the line number', async () => {
    proc.write(53, { maps: `${mapsLine(16, 1)}hello\n` });
    expect(await fake.error(53)).toMatchObject({ error: 'unreadable', message: expect.stringContaining('line 2 of /proc/53/maps') as string });
  });

  it('a process whose comm looks like fields is parsed from the last parenthesis', async () => {
    proc.write(54, { maps: mapsLine(16, 1), comm: 'a) R 9\n\x1b[31m', startTime: 77 });
    expect((await fake.map(54)).meta.process).toEqual({ pid: 54, startTime: 77, comm: 'a) R 9\\n\\x1b[31m' });
  });

  it('a process without an auxiliary vector has the bits of its highest mapping', async () => {
    proc.write(55, { maps: mapsLine(16, 1) });
    expect((await fake.map(55)).meta.layout.processBits).toBe(32);
    proc.write(55, { maps: '7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n' });
    expect((await fake.map(55)).meta.layout.processBits).toBe(64);
  });

  it('an exiting process without any mapping is a zombie', async () => {
    proc.write(56, { maps: '' });
    expect(await fake.error(56)).toMatchObject({ error: 'zombie' });
  });

  it('lists what it finds: names escaped, arguments with spaces, no environ', async () => {
    proc.write(60, { comm: 'x\x1b', cmdline: 'a b\0--c\u202e\0', state: 'S' });
    proc.write(61, { flags: 0x00200000, state: 'I' });
    proc.write(62, { cmdline: 'y'.repeat(3500) + 'z'.repeat(1500) });
    const { head } = await fake.ask({ op: 'processes' });
    const list = head.status === 'processes' ? head.processes : [];
    expect(list.find(({ pid }) => pid === 60)).toEqual({
      pid: 60,
      ppid: 1,
      comm: 'x\\x1b',
      program: 'a b',
      what: 'x\\x1b · --c\\u{202e}',
      cmdline: 'a b --c\\u{202e}',
      cmdline_omitted: 0,
      uid: 8,
      user: expect.any(String) as string,
      state: 'S',
      threads: 1,
      vsize_kb: 400,
      rss_kb: 40,
      start_time: 1000,
      kernel_thread: false,
      readable: true,
      own: false,
      answering: true,
    });
    expect(list.find(({ pid }) => pid === 61)).toMatchObject({ kernel_thread: true, cmdline: '' });
    expect(list.find(({ pid }) => pid === 62)).toMatchObject({ cmdline: `${'y'.repeat(3072)}…${'z'.repeat(1024)}`, cmdline_omitted: 904 });
    expect(list.map(({ pid }) => pid)).toEqual(list.map(({ pid }) => pid).toSorted((a, b) => a - b));
  });
});
