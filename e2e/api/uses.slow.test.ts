import { execFileSync } from 'node:child_process';
import { chownSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { buildFixtures, whyNotHere } from '../fixtures/fixture.ts';
import { lookAt, type LookedAt } from '../uses/look.ts';
import { compileTruth, installed, Program, temporaryFolder } from '../uses/program.ts';
import { JAVA, LUA, PHP } from '../uses/scripts.ts';
import { goProgram } from '../uses/subjects.ts';
import { type Bounds, boundsOf, bytesOf, factsAt, hex } from '../uses/wrong.ts';

// As uses.test.ts, for programs that are not everywhere. What is not installed is skipped; test-packages.sh names what is to be.

buildFixtures();
const { folder, remove } = temporaryFolder();
const started: Program[] = [];
/** The last one. */
let program: Program;

afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});
afterAll(remove);

async function start(ready: RegExp, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<LookedAt> {
  program = await Program.start(ready, command, args, env, input);
  started.push(program);
  return lookAt(program.pid);
}

/** Bytes that may be written: without reserve. */
function writable(look: LookedAt, is: (of: string, use: string | null) => boolean): number {
  return bytesOf(boundsOf(look, ({ use, of }, row) => ((look.table.perms[row] ?? 0) & 7) === 3 && is(of, use)));
}

function expectNothingNamed(look: LookedAt): void {
  const none = program.told('none');
  expect(none.length).toBeGreaterThanOrEqual(8);
  expect(none.flatMap(([, low, , ...what]) => (factsAt(look, hex(low)).use === null ? [] : [what.join(' ')]))).toEqual([]);
}

const JAVAS = [installed('java'), ...globSync('/usr/lib/jvm/*/bin/java')].flatMap((java) => (java === null ? [] : [java]));

describe.each([...new Set(JAVAS.map((java) => execFileSync('readlink', ['-f', java], { encoding: 'utf8' }).trim()))])('%s', (java) => {
  const jcmd = join(java, '..', 'jcmd');
  const source = join(folder, 'Memory.java');
  writeFileSync(source, JAVA);
  /** What the VM has reserved, by its own categories. */
  const reserved = (category: string): readonly Bounds[] => {
    const text = execFileSync(jcmd, [String(program.pid), 'VM.native_memory', 'detail'], { encoding: 'utf8' });
    return [...text.matchAll(/^\[0x([0-9a-f]+) - 0x([0-9a-f]+)\] reserved (?:and committed )?[0-9]+KB for (.*?)(?: from)?$/gm)]
      .filter(([, , , name]) => name === category)
      .map(([, low, high]) => ({ start: hex(low), end: hex(high) }))
      .sort((a, b) => a.start - b.start);
  };

  it.runIf(installed(jcmd) !== null).each([
    ['G1', ['-XX:+UseG1GC', '-Xmx256m']],
    ['Parallel', ['-XX:+UseParallelGC']],
    ['Serial', ['-XX:+UseSerialGC', '-Xmx300m']],
  ])('with %s has heap, class space, metaspace and code as it says itself', async (name, options) => {
    const look = await start(/^ready$/, java, ['-XX:NativeMemoryTracking=detail', ...options, source]);
    expect(boundsOf(look, ({ of }) => of === 'Java heap')).toEqual(reserved('Java Heap'));
    expect(boundsOf(look, ({ of }) => of === 'Java class space')).toEqual(reserved('Class'));
    expect(reserved('Code')).toEqual(expect.arrayContaining([...boundsOf(look, ({ use }) => use === 'code_cache')]));
    expect(boundsOf(look, ({ use }) => use === 'code_cache').length).toBeGreaterThan(0);
    const metaspace = boundsOf(look, ({ of }) => of === 'Java metaspace');
    expect(reserved('Metaspace')).toEqual(expect.arrayContaining([...metaspace]));
    expect(metaspace.length).toBeGreaterThan(0);
    // Direct buffers.
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'malloc_large'))).toBeGreaterThanOrEqual(name === 'G1' ? 2 ** 25 : 0);
    const stacks = reserved('Thread Stack');
    for (const { start: from, end } of boundsOf(look, ({ use, of }) => use === 'thread_stack' && of.startsWith('worker-')))
      expect(stacks.some((stack) => stack.start <= from && stack.end >= end)).toBe(true);
  });

  it('with ZGC has three views of a heap', async () => {
    const look = await start(/^ready$/, java, ['-XX:+UseZGC', '-Xmx256m', source]);
    expect(boundsOf(look, ({ of, certainty }) => of === 'Java heap' && certainty === 'told').length).toBeGreaterThan(0);
  });
});

describe('Redis', () => {
  it('has as much memory of jemalloc as that tells', async ({ skip }) => {
    if (installed('redis-server') === null) skip('redis-server is not installed');
    const socket = join(folder, 'redis');
    const look = await start(/[Rr]eady to accept connections/, 'redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]);
    const stats = execFileSync('redis-cli', ['-s', socket, 'memory', 'malloc-stats'], { encoding: 'utf8' });
    const [mapped, retained] = ['mapped', 'retained'].map((word) => Number(new RegExp(`${word}: *([0-9]+)`).exec(stats)?.[1] ?? NaN)) as [number, number];
    expect(writable(look, (of) => of === 'jemalloc') / (mapped + retained)).toBeCloseTo(1, 1);
  });
});

describe('PHP', () => {
  it('has the memory that it tells, and the caches of its settings', async ({ skip }) => {
    if (installed('php') === null) skip('php is not installed');
    const settings = ['opcache.enable_cli=1', 'opcache.jit_buffer_size=16M', 'opcache.jit=tracing', 'opcache.memory_consumption=32'].flatMap((each) => [
      '-d',
      each,
    ]);
    const look = await start(/^ready /, 'php', [...settings, '-r', PHP]);
    const [, told = 0] = (program.lines.at(-1) ?? '').split(' ').map(Number);
    const own = bytesOf(boundsOf(look, ({ of }) => of === 'Zend memory manager'));
    expect(Math.abs(own - told)).toBeLessThanOrEqual(2 ** 21);
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'opcode_cache'))).toBe(32 * 2 ** 20);
    expect(bytesOf(boundsOf(look, ({ use, of }) => use === 'jit_code' && of === 'PHP opcache'))).toBe(16 * 2 ** 20);
  });
});

const postgres = globSync('/usr/lib/postgresql/*/bin').at(-1) ?? null;

describe('PostgreSQL', () => {
  it('has shared buffers of the size that it tells', async ({ skip }) => {
    if (postgres === null || process.getuid?.() !== 0) skip('postgresql is not installed, or the test does not run as root');
    const own = temporaryFolder();
    const ids = ['-u', '-g'].map((kind) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' })));
    chownSync(own.folder, ids[0] ?? 0, ids[1] ?? 0);
    const as = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
    const options = { cwd: own.folder, encoding: 'utf8' } as const;
    try {
      execFileSync('setpriv', [...as, `${postgres ?? ''}/initdb`, '-D', `${own.folder}/data`, '-A', 'trust'], { ...options, stdio: 'ignore' });
      const command = `cd ${own.folder}; exec setpriv ${as.join(' ')} ${postgres ?? ''}/postgres -D data -k ${own.folder} -c listen_addresses= -c shared_buffers=48MB 2>&1`;
      const look = await start(/ready to accept connections/, 'sh', ['-c', command]);
      const query = 'select sum(allocated_size) from pg_shmem_allocations';
      const told = Number(execFileSync('setpriv', [...as, 'psql', '-h', own.folder, '-Atc', query, 'postgres'], options));
      const bounds = boundsOf(look, ({ use }) => use === 'shared_buffers');
      // Whole pages.
      expect(Math.abs(bytesOf(bounds) - told)).toBeLessThanOrEqual(4096);
    } finally {
      for (const each of started.splice(0)) await each.stop();
      own.remove();
    }
  });
});

describe('QEMU', () => {
  it('has the memory of its guest and the buffer that it was told', async ({ skip }) => {
    if (installed('qemu-system-x86_64') === null) skip('qemu-system-x86_64 is not installed');
    const args = ['-accel', 'tcg,tb-size=64', '-m', '96', '-S', '-nographic', '-nodefaults', '-monitor', 'none', '-qmp', 'stdio'];
    // It answers when the machine is there.
    const look = await start(/"return"/, 'qemu-system-x86_64', args, {}, '{"execute":"qmp_capabilities"}\n');
    expect(boundsOf(look, ({ use }) => use === 'guest_ram').some(({ start: from, end }) => end - from === 96 * 2 ** 20)).toBe(true);
    expect(bytesOf(boundsOf(look, ({ use }) => use === 'translation_buffer'))).toBe(64 * 2 ** 20);
  });
});

describe('Go', () => {
  it('has a heap of the size that it tells', async ({ skip }) => {
    if (installed('go') === null) skip('go is not installed');
    const look = await start(/^ready /, goProgram(folder) ?? '', []);
    const [, told = 0] = (program.lines.at(-1) ?? '').split(' ').map(Number);
    expect(writable(look, (of) => of === 'Go heap') / told).toBeCloseTo(1, 1);
  });
});

describe('LuaJIT', () => {
  it('has code where it says that a trace lies, a heap as large as it says, and nothing else', async ({ skip }) => {
    if (installed('luajit') === null) skip('luajit is not installed');
    const look = await start(/^ready /, 'luajit', ['-e', LUA]);
    const [, code, heap, mapped] = program.told('ready').at(0) ?? [];
    expect(factsAt(look, hex(code))).toMatchObject({ use: 'jit_code', of: 'LuaJIT' });
    const named = bytesOf(boundsOf(look, ({ of }) => of === 'LuaJIT heap'));
    expect(named / Number(heap)).toBeGreaterThan(0.9);
    expect(named / Number(heap)).toBeLessThan(1.5);
    expect(factsAt(look, hex(mapped)).use).toBeNull();
  });
});

const libraries = (name: string): string | undefined => globSync(`/usr/lib/*/${name}`).at(0);

describe.each([
  ['jemalloc', 'allocator', libraries('libjemalloc.so.2')],
  ['mimalloc', 'allocator', libraries('libmimalloc.so.*')],
  ['tcmalloc', 'heap', libraries('libtcmalloc_minimal.so.4')],
])('%s', (name, use, library) => {
  it('has all blocks that a program was given', async ({ skip }) => {
    if (library === undefined) skip(`the library of ${name} is not installed`);
    const look = await start(/^ready /, compileTruth(folder, 'gcc', '-DSANITIZED') ?? '', ['6'], { LD_PRELOAD: library });
    const blocks = program.told('block');
    expect(blocks).toHaveLength(9);
    for (const [, at] of blocks) expect(factsAt(look, hex(at))).toMatchObject({ use, of: name });
    expectNothingNamed(look);
  });
});

describe('Valgrind', () => {
  it('has the blocks of the program that it examines', async ({ skip }) => {
    if (installed('valgrind') === null) skip('valgrind is not installed');
    const look = await start(/^ready /, 'valgrind', ['-q', '--vgdb=no', compileTruth(folder, 'gcc', '-DSANITIZED') ?? '', '4']);
    for (const [, at] of program.told('block')) expect(factsAt(look, hex(at))).toMatchObject({ use: 'allocator', of: 'Valgrind' });
    expectNothingNamed(look);
  });
});

const msan =
  installed('clang') === null && installed('clang-14') === null
    ? null
    : compileTruth(folder, installed('clang') ?? 'clang-14', '-fsanitize=memory', '-DSANITIZED');

describe('a program under MSan', () => {
  it('has an allocator and shadow', async ({ skip }) => {
    if (msan === null) skip('clang, or its runtime of MSan, is not installed');
    const look = await start(/^ready /, msan ?? '', ['4']);
    for (const [, at] of program.told('block').slice(0, 4)) expect(factsAt(look, hex(at))).toMatchObject({ use: 'sanitizer_allocator', of: 'MSan' });
    // Of x86-64: the shadow of an address differs in one bit.
    for (const [, at] of program.told('block')) {
      const shadow = Number(BigInt(hex(at)) ^ 0x500000000000n);
      expect(factsAt(look, shadow)).toMatchObject({ use: 'shadow', of: 'MSan shadow or metadata' });
    }
    expectNothingNamed(look);
  });
});

describe.each([
  ['a program of 32 bits', ['-m32'], {}, 'bits32' as const],
  ['malloc with huge pages', ['-DHEAP_MB=8'], { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=2' }, 'known' as const],
])('%s', (_, flags, env, alike) => {
  const path = compileTruth(folder, 'gcc', ...flags);
  it('has arenas of another size', async ({ skip }) => {
    if (path === null) skip('gcc cannot build it here');
    const why = whyNotHere(alike);
    if (why !== null) skip(why);
    const look = await start(/^ready /, path ?? '', ['6'], env);
    const arenas = program.told('arena');
    expect(arenas.length).toBeGreaterThan(1);
    for (const [, at] of arenas) expect(factsAt(look, hex(at))).toMatchObject({ use: 'malloc_arena', certainty: 'seen' });
  });
});
