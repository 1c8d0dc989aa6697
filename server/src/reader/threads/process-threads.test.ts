import { ANON_LINE, tableOf } from '@procmap/shared/table.fixture.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessThreads } from './process-threads.ts';
import type { StackPointer } from './stack-pointer.ts';

/** Two stacks with guards between them. */
const STACKS = [
  { ...ANON_LINE, start: 0x7000, end: 0x7001, perms: 0 },
  { ...ANON_LINE, start: 0x7001, end: 0x7041 },
  { ...ANON_LINE, start: 0x7041, end: 0x7042, perms: 0 },
  { ...ANON_LINE, start: 0x7042, end: 0x7082 },
];
const [FIRST, SECOND] = [0x703f, 0x7080];
/** The first stack became executable, the second one grew. */
const OTHER_FIRST = STACKS.with(1, { ...ANON_LINE, start: 0x7001, end: 0x7041, perms: 7 });
const OTHER_SECOND = STACKS.with(3, { ...ANON_LINE, start: 0x7042, end: 0x7083 });

class SystemError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const pointers = new Map<number, StackPointer | Error>();
const names = new Map<number, string>();
let asked: string[] = [];
let costMs = 0;
let threads: ProcessThreads;
let table: MappingTable;

/** The files of made-up threads. Each takes `costMs`. */
const FILES = {
  list: () => {
    asked.push('list');
    return [...pointers.keys()];
  },
  stackPointer: (_: number, tid: number) => {
    asked.push(`sp ${tid}`);
    vi.advanceTimersByTime(costMs);
    const pointer = pointers.get(tid) ?? null;
    if (pointer instanceof Error) throw pointer;
    return pointer;
  },
  name: (_: number, tid: number) => {
    asked.push(`name ${tid}`);
    vi.advanceTimersByTime(costMs);
    const name = names.get(tid) ?? 'worker';
    if (name === '') throw new SystemError('ENOENT');
    return name;
  },
};

function look(hasChanged = false): readonly string[] {
  asked = [];
  threads.look({ threads: pointers.size, comm: 'main', pagemap: '/nowhere', hasChanged, table: () => table });
  return asked;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  pointers.clear();
  names.clear();
  costMs = 0;
  table = tableOf(STACKS);
  threads = new ProcessThreads(1, FILES);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a thread', () => {
  it('whose stack is known is not asked again while its mapping stays', () => {
    pointers.set(1, FIRST).set(2, SECOND);
    expect(look(true)).toEqual(['list', 'sp 1', 'sp 2', 'name 2']);
    const { version } = threads;
    expect(threads.evidence.threads).toEqual([
      { tid: 1, comm: 'main', stackPage: FIRST },
      { tid: 2, comm: 'worker', stackPage: SECOND },
    ]);
    vi.advanceTimersByTime(1000);
    expect(look()).toEqual([]);
    // The list alone, as a thread may have come with the change.
    expect(look(true)).toEqual(['list']);
    expect(threads.version).toBe(version);
  });

  it('is asked again once its mapping has other bounds or permissions', () => {
    pointers.set(1, FIRST).set(2, SECOND);
    look(true);
    table = tableOf(OTHER_SECOND);
    expect(look(true)).toEqual(['list', 'sp 2']);
    table = tableOf(OTHER_FIRST);
    expect(look(true)).toEqual(['list', 'sp 1', 'sp 2']);
  });

  it('that runs keeps its last stack pointer, and is asked ever more rarely', () => {
    pointers.set(1, 'running');
    let times = 0;
    for (let second = 0; second < 120; second++, vi.advanceTimersByTime(1000)) times += look(second === 0).filter((each) => each === 'sp 1').length;
    expect(times).toBeGreaterThan(8);
    expect(times).toBeLessThan(16);
    pointers.set(1, FIRST);
    vi.advanceTimersByTime(30_000);
    look();
    expect(threads.evidence.threads).toMatchObject([{ stackPage: FIRST }]);
    pointers.set(1, 'running');
    table = tableOf(OTHER_FIRST);
    expect(look(true)).toContain('sp 1');
    expect(threads.evidence.threads).toMatchObject([{ stackPage: FIRST }]);
  });

  it('that blocks at the second or third look is found then', () => {
    pointers.set(1, 'running').set(2, 'running');
    look(true);
    pointers.set(1, FIRST);
    expect(look()).toEqual(['sp 1', 'sp 2']);
    pointers.set(2, SECOND);
    expect(look()).toEqual(['sp 2']);
    expect(threads.evidence.threads.map(({ stackPage }) => stackPage)).toEqual([FIRST, SECOND]);
  });

  it('that came or went is seen by their number, and is told as a new version', () => {
    pointers.set(1, FIRST);
    look(true);
    const versions = [threads.version];
    expect(threads.evidence.threads).toHaveLength(1);
    pointers.set(2, SECOND);
    expect(look()).toEqual(['list', 'sp 2', 'name 2']);
    versions.push(threads.version);
    expect(threads.evidence.threads).toHaveLength(2);
    pointers.delete(2);
    expect(look()).toEqual(['list']);
    versions.push(threads.version);
    expect(threads.evidence.threads).toHaveLength(1);
    expect(new Set(versions).size).toBe(3);
  });

  it('that goes away while it is read is dropped', () => {
    pointers.set(1, FIRST).set(2, new SystemError('ESRCH')).set(3, SECOND);
    names.set(2, '');
    look(true);
    expect(threads.evidence).toMatchObject({ threads: [{ tid: 1 }, { tid: 3 }], denied: '' });
  });

  it('that switches stacks by itself is found on the other one within half a minute', () => {
    pointers.set(1, FIRST);
    look(true);
    const { version } = threads;
    // Within its stack.
    pointers.set(1, FIRST - 2);
    vi.advanceTimersByTime(30_000);
    expect(look()).toContain('sp 1');
    expect([threads.version, threads.evidence.threads[0]?.stackPage]).toEqual([version, FIRST]);
    pointers.set(1, SECOND);
    vi.advanceTimersByTime(30_000);
    expect(look()).toContain('sp 1');
    expect(threads.evidence.threads).toMatchObject([{ stackPage: SECOND }]);
  });

  it('is renamed within five seconds, or at once if it is the first', () => {
    pointers.set(1, FIRST).set(2, SECOND);
    look(true);
    names.set(2, 'renamed');
    vi.advanceTimersByTime(5000);
    expect(look()).toEqual(['list', 'name 2']);
    expect(threads.evidence.threads).toMatchObject([{ comm: 'main' }, { comm: 'renamed' }]);
  });
});

describe('a look', () => {
  it('stays within its number of files, tells what is left, and goes on', () => {
    for (let tid = 1; tid <= 759; tid++) pointers.set(tid, FIRST);
    expect(look(true)).toHaveLength(255);
    expect(threads.evidence).toMatchObject({ left: 758 });
    for (let i = 0; i < 3; i++) expect(look()).toHaveLength(254);
    expect(threads.evidence.threads.every(({ stackPage }) => stackPage === FIRST)).toBe(true);
    expect(threads.evidence).toMatchObject({ left: 501 });
    for (let i = 0; i < 4; i++) look();
    expect(threads.evidence).toMatchObject({ left: 0 });
    expect(threads.evidence.threads.filter(({ comm }) => comm === 'worker')).toHaveLength(758);
    expect(look()).toEqual([]);
  });

  it('reads more of a process with thousands of threads', () => {
    for (let tid = 1; tid <= 9000; tid++) pointers.set(tid, FIRST);
    expect(look(true)).toHaveLength(451);
    for (let i = 0; i < 39; i++) look();
    expect(threads.evidence).toMatchObject({ left: 0 });
  });

  it('ends after 50 ms, however long a file takes', () => {
    for (let tid = 1; tid <= 12; tid++) pointers.set(tid, FIRST);
    costMs = 20;
    expect(look(true)).toEqual(['list', 'sp 1', 'sp 2', 'sp 3']);
    expect(threads.evidence).toMatchObject({ left: 11 });
  });

  it('does not count the time of parsing an unchanged map again', () => {
    for (let tid = 1; tid <= 4; tid++) pointers.set(tid, FIRST);
    threads.look({
      threads: 4,
      comm: 'main',
      pagemap: '/nowhere',
      hasChanged: false,
      table: () => {
        vi.advanceTimersByTime(100);
        return table;
      },
    });
    expect(threads.evidence).toMatchObject({ left: 0 });
  });

  it('that is denied says so, and tries again after five seconds', () => {
    pointers.set(1, new SystemError('EPERM')).set(2, SECOND);
    expect(look(true)).toEqual(['list', 'sp 1', 'name 2']);
    expect(threads.evidence).toMatchObject({ threads: [{ stackPage: null }, { comm: 'worker', stackPage: null }], left: 0 });
    expect(threads.evidence.denied).toContain('stack pointers cannot be read');
    vi.advanceTimersByTime(1000);
    expect(look()).toEqual([]);
    pointers.set(1, FIRST);
    vi.advanceTimersByTime(5000);
    look();
    expect(threads.evidence).toMatchObject({ threads: [{ stackPage: FIRST }, { stackPage: SECOND }], denied: '' });
  });

  it('says that the kernel has no such file', () => {
    pointers.set(1, new SystemError('ENOENT'));
    look(true);
    expect(threads.evidence).toMatchObject({ threads: [{ tid: 1, stackPage: null }] });
    expect(threads.evidence.denied).toContain('this kernel does not tell');
  });
});
