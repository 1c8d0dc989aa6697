import { describe, expect, it } from 'vitest';
import type { ThreadEvidence } from '../evidence.ts';
import { factsOf, usesOf, wordsOf } from './map-text.fixture.ts';

const PAIR = `
  7f0000000000-7f0000001000 ---p ; nh
  7f0000001000-7f0000801000 rw-p ; rd wr nh`;
/** The same without flags. */
const BARE_PAIR = PAIR.replaceAll(/;.*/g, '');

function threadsAt(...addresses: readonly number[]): { readonly threads: ThreadEvidence } {
  const threads = addresses.map((address, i) => ({ tid: 100 + i, comm: `worker-${i}`, stackPage: Math.floor(address / 4096) }));
  return { threads: { threads, guards: [], left: 0, denied: '' } };
}

describe('the stack of a thread', () => {
  it('is the mapping above a guard in which its stack pointer lies', () => {
    const [guard, stack] = factsOf(BARE_PAIR, threadsAt(0x7f00_0080_0ff0));
    expect(stack).toEqual({
      use: 'thread_stack',
      certainty: 'seen',
      of: 'worker-0 100',
      evidence: 'the stack pointer of thread 100 lies in it; a guard lies below it',
    });
    expect(guard).toMatchObject({ use: 'stack_guard', of: 'worker-0 100' });
  });

  it('is told by the flag of MAP_STACK, even without a guard and for several threads', () => {
    const [stacks] = factsOf('7f0000001000-7f0000401000 rw-p ; rd wr nh', threadsAt(0x7f00_0000_2000, 0x7f00_0010_2000));
    expect(stacks).toMatchObject({
      use: 'thread_stack',
      of: 'worker-0 100, worker-1 101',
      evidence: expect.stringMatching(/stack pointers of 2 threads/) as string,
    });
  });

  it('names three threads of many', () => {
    const [stacks] = factsOf('7f0000001000-7f0000401000 rw-p ; rd wr nh', threadsAt(...Array.from({ length: 12 }, (_, i) => 0x7f00_0000_2000 + i * 8192)));
    expect(stacks?.of).toBe('worker-0 100, worker-1 101, worker-2 102 and 9 more');
  });

  it('of the main thread is told by the kernel', () => {
    expect(factsOf('7ffc00000000-7ffc00021000 rw-p [stack]', threadsAt(0x7ffc_0002_0000))).toMatchObject([
      { use: 'thread_stack', certainty: 'told', of: 'worker-0 100' },
    ]);
  });

  it.each([
    ['a pair without a stack pointer and without flags', BARE_PAIR, {}],
    ['a pointer into memory without guard and flag', '7f0000001000-7f0000801000 rw-p ; rd wr', threadsAt(0x7f00_0080_0000)],
    ['a pointer into a closed neighbour with a gap between', '7f0000000000-7f0000001000 ---p\n7f0000002000-7f0000801000 rw-p', threadsAt(0x7f00_0080_0000)],
    ['executable memory (valgrind)', '7f0000000000-7f0000001000 ---p\n7f0000001000-7f0000801000 rwxp', threadsAt(0x7f00_0080_0000)],
    ['memory below a file', '7f0000000000-7f0000001000 ---p /lib/a\n7f0000001000-7f0000801000 rw-p', threadsAt(0x7f00_0080_0000)],
    ['the heap of Go, closed in front', '7f0000000000-7f0004000000 ---p\n7f0004000000-7f0004400000 rw-p', threadsAt(0x7f00_0410_0000)],
    ['any memory of a Go program without the flag', BARE_PAIR, { ...threadsAt(0x7f00_0080_0000), objects: { bss: [], isGo: true } }],
  ])('is not %s', (_, text, evidence) => {
    expect(wordsOf(text, evidence)).not.toContain('thread_stack');
    expect(wordsOf(text, evidence)).not.toContain('stack_guard');
  });

  it('without a known thread is likely what has the flags of one, and that thread has ended or is one of the parent', () => {
    const one = { ...threadsAt(0x7ffc_0000_0000) };
    expect(factsOf(PAIR, one)[1]).toEqual({
      use: 'thread_stack',
      certainty: 'likely',
      of: '',
      evidence:
        'it and the guard below have the flag nh, which MAP_STACK sets; the only thread of this process has its stack elsewhere, so its thread has ended, or fork() copied it from the parent process',
    });
    expect(factsOf(PAIR, threadsAt(0x7ffc_0000_0000, 0x7ffc_0000_1000))[1]?.evidence).toMatch(/; all 2 threads .* elsewhere/);
    const running = [...one.threads.threads, { tid: 9, comm: 'busy', stackPage: null }];
    expect(factsOf(PAIR, { threads: { ...one.threads, threads: running } })[1]?.evidence).toMatch(
      /; its thread is one of the 1 \(of 2\) that ran at every look/,
    );
  });

  it.each([
    ['were not read', null],
    ['were not all asked', { ...threadsAt(0x7ffc_0000_0000).threads, left: 1 }],
    ['may not be asked', { ...threadsAt(0x7ffc_0000_0000).threads, denied: 'yama' }],
  ])('has a thread that nothing is said of where threads %s', (_, threads) => {
    expect(factsOf(PAIR, { threads })[1]?.evidence).toBe('it and the guard below have the flag nh, which MAP_STACK sets');
  });

  it.each([
    ['a guard of more than 64 KB', '7f0000000000-7f0000020000 ---p ; nh\n7f0000020000-7f0000820000 rw-p ; rd wr nh'],
    ['a guard without the flag', PAIR.replace('---p ; nh', '---p ; mr')],
    ['a gap above the guard', PAIR.replace('7f0000001000-7f', '7f0000002000-7f')],
  ])('without a known thread is not what has %s', (_, text) => {
    expect(wordsOf(text, threadsAt(0x7ffc_0000_0000))).not.toContain('thread_stack');
  });

  it('has no guard that is larger than 1 MiB', () => {
    const facts = factsOf('7f0000000000-7f0000200000 ---p\n7f0000200000-7f0000a00000 rw-p', threadsAt(0x7f00_0090_0000));
    expect(facts).toMatchObject([{ use: 'reserve' }, { use: 'thread_stack', certainty: 'likely' }]);
  });

  it('is divided where guard pages have no mapping of their own', () => {
    const guards = [
      { start: 0x7_f000_0000, end: 0x7_f000_0001 },
      { start: 0x7_f000_0100, end: 0x7_f000_0101 },
    ];
    const { threads } = threadsAt(0x7f00_0008_0000, 0x7f00_0018_0000);
    const uses = usesOf('7f0000000000-7f0000200000 rw-p ; rd wr nh gu', { threads: { ...threads, guards } });
    expect(uses.parts(0).map(({ start, end, claim }) => [start - 0x7_f000_0000, end - 0x7_f000_0000, claim?.use])).toEqual([
      [0, 1, 'stack_guard'],
      [1, 0x100, 'thread_stack'],
      [0x100, 0x101, 'stack_guard'],
      [0x101, 0x200, 'thread_stack'],
    ]);
    expect(uses.parts(0).map((part) => uses.partFacts(part, 0).of)).toEqual(['worker-0 100', 'worker-0 100', 'worker-1 101', 'worker-1 101']);
  });

  it('is nothing where the pointers lie in guard pages only', () => {
    const guards = [{ start: 0x7_f000_0000, end: 0x7_f000_0001 }];
    const { threads } = threadsAt(0x7f00_0000_0800);
    expect(wordsOf('7f0000000000-7f0000010000 rw-p', { threads: { ...threads, guards } })).toEqual(['-']);
  });
});
