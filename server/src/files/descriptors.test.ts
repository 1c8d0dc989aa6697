import type * as Fs from 'node:fs';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAddress } from '@procmap/shared/page.ts';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { readIdentity } from './mapped-file.ts';
import { findMappedRow } from './mapped-row.ts';
import { Mounts } from '../reader/procfs/maps/mounts.ts';
import { walk } from './walk.ts';

/**
 * Selects which look at an open file fails, as on a FUSE mount whose server was killed. Such a mount is not available
 * everywhere.
 */
const look = vi.hoisted(() => ({ count: 0, failing: 0 }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>();
  const fstatSync = (...args: Parameters<typeof fs.fstatSync>): unknown => {
    if (++look.count >= look.failing) throw Object.assign(new Error('ENOTCONN: socket is not connected, fstat'), { code: 'ENOTCONN' });
    return fs.fstatSync(...args);
  };
  return { ...fs, fstatSync };
});

const folder = mkdtempSync(join(tmpdir(), 'procmap-descriptors-'));
mkdirSync(join(folder, 'a/b'), { recursive: true });
writeFileSync(join(folder, 'a/b/file'), '');

beforeEach(() => {
  look.count = 0;
});

afterAll(() => rmSync(folder, { recursive: true }));

const openNow = (): number => readdirSync('/proc/self/fd').length;

it.each(['/', '/a/b', '/a/b/file', '/a/../a/b'])('of a walk to %s none stays open, whichever look fails', (path) => {
  const before = openNow();
  for (look.failing = 1; look.failing <= 5; look.failing++) {
    look.count = 0;
    try {
      const found = walk(folder, path, () => null);
      if ('fd' in found) break;
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOTCONN' });
    }
    expect(openNow()).toBe(before);
  }
  // At least one look has failed.
  expect(look.failing).toBeGreaterThan(1);
});

it('for the link to a mapped file and to a program, none stays open', async () => {
  const [first = ''] = readFileSync('/proc/self/maps', 'latin1').split('-');
  const row = findMappedRow('/proc/self/maps', parseAddress(first)?.page ?? -1);
  if (row === null) throw new Error('the first mapping is one');
  look.failing = 1;
  const before = openNow();
  expect(await readIdentity(process.pid, row, null, new Mounts(''))).toEqual({
    build_id: null,
    elf_address: null,
    unread: expect.stringMatching(/^the mapped file cannot be opened/) as string,
  });
  expect(look.count).toBeGreaterThan(0);
  expect(openNow()).toBe(before);
});
