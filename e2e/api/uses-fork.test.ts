import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lookAt } from '../uses/look.ts';
import { compileTruth, installed, Program, temporaryFolder } from '../uses/program.ts';
import { boundsOf, factsAt, hex } from '../uses/wrong.ts';

// A child after fork() has copies of the stacks of its parent's threads, and none of these threads.

const { folder, remove } = temporaryFolder();
const truth = compileTruth(folder, 'gcc') ?? '';
let program: Program;

afterEach(() => program.stop());
afterAll(remove);

const COPIED = {
  use: 'thread_stack',
  certainty: 'likely',
  of: '',
  evidence: expect.stringMatching(/the only thread of this process has its stack elsewhere, so its thread has ended, or fork\(\) copied it/) as string,
};

describe('a child of a process with threads', () => {
  it('has copies of their stacks, and no more', async () => {
    program = await Program.start(/^ready /, truth, ['8', 'fork']);
    const look = lookAt(Number(program.told('child')[0]?.[1]));
    const stacks = program.told('stack');
    expect(stacks).toHaveLength(8);
    for (const [, , low, high] of stacks) for (const at of [hex(low) + 8192, hex(high) - 8]) expect(factsAt(look, at)).toMatchObject(COPIED);
    const bounds = boundsOf(look, ({ use, certainty }) => use === 'thread_stack' && certainty === 'likely');
    expect(bounds).toHaveLength(8);
    // What has the flag dc, a child does not get.
    const none = program.told('none').filter((words) => words.at(-1) !== 'dc');
    expect(none.length).toBeGreaterThan(7);
    expect(none.flatMap(([, low, , ...what]) => (factsAt(look, hex(low)).use === null ? [] : [what.join(' ')]))).toEqual([]);
  });
});

describe('the child with which Redis saves', () => {
  it('has copies of the stacks that its parent has', async ({ skip }) => {
    if (installed('redis-server') === null) skip('redis-server is not installed');
    const socket = join(folder, 'redis');
    const ask = (...words: string[]): string => execFileSync('redis-cli', ['-s', socket, ...words], { encoding: 'utf8' });
    const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder, '--rdb-key-save-delay', '1000000'];
    program = await Program.start(/[Rr]eady to accept connections/, 'redis-server', args);
    for (let key = 0; key < 30; key++) ask('set', String(key), 'value');
    ask('bgsave');
    const children = (): string => readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'latin1').trim();
    while (children() === '') await sleep(20);
    const stacksOf = (pid: number, certainty: string): readonly unknown[] =>
      boundsOf(lookAt(pid), (facts) => facts.use === 'thread_stack' && facts.certainty === certainty);
    const own = stacksOf(program.pid, 'seen');
    expect(own.length).toBeGreaterThan(2);
    const child = Number(children());
    expect(stacksOf(child, 'likely')).toEqual(own);
    process.kill(child, 'SIGKILL');
  });
});
