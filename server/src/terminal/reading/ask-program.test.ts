import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodeMessage } from '../../reader/protocol/wire.ts';
import { heldFailure } from '../../reader/held-failure.ts';
import { askProgram } from './ask-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-ask-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Replaces the files process. */
function stub(text: string): string {
  const path = join(folder, 'stub.js');
  writeFileSync(path, text);
  return path;
}

it('a files process that dies is not reported as held by the kernel', async () => {
  for (const text of ['process.exit(3)', "process.kill(process.pid, 'SIGKILL')"])
    expect(await askProgram(7, stub(text))).toEqual({ value: null, why: 'the reader could not answer: the files process ended' });
});

it('no message promises that a command tries again', async () => {
  const answer = Buffer.concat(encodeMessage({ id: 1, status: 'error', ...heldFailure(7) })).toString('base64');
  const held = await askProgram(7, stub(`require('fs').writeSync(3, Buffer.from('${answer}', 'base64')); setTimeout(() => {}, 5000)`));
  expect(held).toEqual({ value: null, why: 'process 7 does not answer: the kernel holds the request' });
});
