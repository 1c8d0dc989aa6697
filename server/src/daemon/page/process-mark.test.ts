import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasEnded, ownMark } from './process-mark.ts';

const SELF = join(import.meta.dirname, 'process-mark.ts');

/** Prints its mark, and lives until its input ends. */
const SAYS = `import { ownMark } from ${JSON.stringify(SELF)}; process.stdin.resume(); process.title = 'a) R 1 (b'; console.log(ownMark());`;

it('a process has ended when it no longer exists, and not before', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SAYS], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const mark = said.toString().trim();
  expect(mark).toMatch(new RegExp(`^${child.pid}-[1-9][0-9]*-[1-9][0-9]*$`));
  expect(hasEnded(mark)).toBe(false);
  child.stdin.end();
  await once(child, 'exit');
  expect(hasEnded(mark)).toBe(true);
});

it('one whose id has been reused has ended', () => {
  const [pid, start, namespace] = ownMark().split('-');
  expect(hasEnded(ownMark())).toBe(false);
  expect(hasEnded(`${pid}-${Number(start) - 1}-${namespace}`)).toBe(true);
});

it('one that cannot be seen from here is not reported as ended', () => {
  const [, start] = ownMark().split('-');
  expect(hasEnded(`4194304-${start}-1`)).toBe(false);
  expect(hasEnded('')).toBe(false);
});

it.runIf(process.getuid?.() === 0)('in a namespace of its own a process has the number that /proc there gives it', async () => {
  const command = ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, '--input-type=module', '-e', SAYS];
  const child = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const mark = (await text(child.stdout)).trim();
  expect(mark).toMatch(/^1-/);
  expect(mark.split('-')[2]).not.toBe(ownMark().split('-')[2]);
  expect(hasEnded(mark)).toBe(false);
});
