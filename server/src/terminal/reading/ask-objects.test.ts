import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodeMessage } from '../../reader/protocol/wire.ts';
import { askObjects } from './ask-objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-ask-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('is given up after a second, and nothing is told of a process that is gone', async () => {
  const mute = join(folder, 'mute.js');
  const up = Buffer.concat(encodeMessage({ id: 2, status: 'up' })).toString('base64');
  writeFileSync(mute, `require('fs').writeSync(3, Buffer.from('${up}', 'base64')); setTimeout(() => {}, 60000)`);
  const began = performance.now();
  expect(await askObjects(7, mute)).toBe(null);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(await askObjects(4_194_303)).toBe(null);
});
