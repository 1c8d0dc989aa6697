import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lookAt, type LookedAt } from '../uses/look.ts';
import { compileTruth, installed, Program, temporaryFolder } from '../uses/program.ts';
import { NODE, PYTHON } from '../uses/scripts.ts';
import { boundsOf, bytesOf, factsAt, hex } from '../uses/wrong.ts';

// What procmap says that memory is for, compared with what the program itself knows.

const { folder, remove } = temporaryFolder();
const truth = compileTruth(folder, 'gcc') ?? '';
const asan = compileTruth(folder, 'gcc', '-fsanitize=address', '-DSANITIZED');
const tsan = compileTruth(folder, 'gcc', '-fsanitize=thread', '-DSANITIZED');
const python = installed('/usr/bin/python3');
let program: Program;

afterEach(() => program.stop());
afterAll(remove);

async function start(path: string, ...args: string[]): Promise<LookedAt> {
  program = await Program.start(/^ready /, path, args);
  return lookAt(program.pid);
}

/** Each near miss of truth.c, with a use that it was given; none should be. */
function named(look: LookedAt): readonly string[] {
  const none = program.told('none');
  expect(none.length).toBeGreaterThanOrEqual(8);
  return none.flatMap(([, low, , ...what]) => {
    const { use, evidence } = factsAt(look, hex(low));
    return use === null ? [] : [`memory ${what.join(' ')}: ${use}, as ${evidence}`];
  });
}

/** Stacks of threads, each with its thread. */
function expectStacks(look: LookedAt): void {
  const stacks = program.told('stack');
  expect(stacks.length).toBeGreaterThan(3);
  for (const [, tid, low, high] of stacks) {
    for (const at of [hex(low) + 8192, hex(high) - 8]) {
      expect(factsAt(look, at)).toMatchObject({ use: 'thread_stack', certainty: 'seen', of: expect.stringMatching(new RegExp(` ${tid ?? ''}$`)) as string });
    }
  }
}

describe('a program of threads', () => {
  it('has a stack for each, arenas and large blocks, and nothing else', async () => {
    const look = await start(truth, '40');
    expectStacks(look);
    const arenas = new Set(program.told('arena').map(([, at]) => hex(at)));
    expect(arenas.size).toBeGreaterThan(1);
    for (const at of arenas) expect(factsAt(look, at)).toMatchObject({ use: 'malloc_arena', certainty: 'seen' });
    const claimed = boundsOf(look, ({ use }) => use === 'malloc_arena');
    const heaps = claimed.flatMap(({ start: from, end }) => Array.from({ length: (end - from) / 2 ** 26 }, (_, i) => from + i * 2 ** 26));
    expect(heaps.filter((at) => !arenas.has(at))).toEqual([]);
    const large = program.told('large').map(([, low, high]) => ({ start: hex(low), end: hex(high) }));
    expect(large).toHaveLength(3);
    for (const { start: at, end } of boundsOf(look, ({ use }) => use === 'malloc_large')) {
      const inside = large.filter((each) => each.start >= at && each.end <= end);
      expect(bytesOf(inside)).toBe(end - at);
    }
    expect(named(look)).toEqual([]);
  });
});

describe.each([
  ['ASan', asan, (address: number): number => Math.floor(address / 8) + 0x7fff8000],
  ['TSan', tsan, null],
])('a program under %s', (name, path, shadowOf) => {
  it('has shadow and an allocator, and stacks as any', async ({ skip }) => {
    skip(path === null, `gcc has no ${name} here`);
    const look = await start(path ?? '', '6');
    expectStacks(look);
    const blocks = program.told('block').map(([, at]) => hex(at));
    expect(blocks).toHaveLength(9);
    // Large ones are mapped on their own.
    const small = blocks.slice(0, 6);
    for (const at of small) expect(factsAt(look, at)).toMatchObject({ use: 'sanitizer_allocator', of: name });
    if (shadowOf !== null)
      for (const at of blocks) expect(factsAt(look, shadowOf(at))).toMatchObject({ use: 'shadow', of: `${name} shadow`, certainty: 'seen' });
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'shadow'))).toBeGreaterThan(2 ** 43);
    expect(named(look)).toEqual([]);
  });
});

describe('node', () => {
  it('has V8’s heap, code and WebAssembly, in the sizes that V8 tells', async () => {
    program = await Program.start(/^ready /, process.execPath, ['--expose-gc', '-e', NODE]);
    const look = lookAt(program.pid);
    const [, total = 0] = (program.lines.at(-1) ?? '').split(' ').map(Number);
    const heap = boundsOf(look, ({ use }, row) => use === 'gc_heap' && (look.table.perms[row] ?? 0) === 3);
    expect(bytesOf(heap) / total).toBeGreaterThan(0.95);
    expect(bytesOf(heap) / total).toBeLessThan(1.15);
    expect(bytesOf(boundsOf(look, ({ use }, row) => use === 'wasm_memory' && (look.table.perms[row] ?? 0) === 3))).toBe(160 * 65_536);
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'jit_code'))).toBeGreaterThan(2 ** 20);
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'malloc_large'))).toBeGreaterThan(15 * 2 ** 20);
  });
});

describe('python', () => {
  it('has arenas, each with objects in it', async ({ skip }) => {
    skip(python === null, 'python3 is not installed');
    program = await Program.start(/^ready$/, python ?? '', ['-c', PYTHON]);
    const look = lookAt(program.pid);
    const ids = new Set(program.told('ids').flatMap(([, ...all]) => all.map((id) => Math.floor(hex(id) / 2 ** 16))));
    const arenas = boundsOf(look, ({ of }) => of === 'Python');
    expect(bytesOf(arenas)).toBeGreaterThan(4 * 2 ** 20);
    for (const { start: from, end } of arenas) {
      const halves = Array.from({ length: (end - from) / 2 ** 20 }, (_, i) => Math.floor((from + i * 2 ** 20) / 2 ** 16));
      const empty = halves.filter((first) => !Array.from({ length: 16 }, (_, i) => ids.has(first + i)).includes(true));
      // The newest arena may hold other objects only.
      expect(empty.length).toBeLessThanOrEqual(1);
    }
  });
});
