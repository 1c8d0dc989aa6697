import { chownSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { removeTokenFile, writeTokenFile } from './token-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-token-'));
  path = join(folder, 'token');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('holds 256 bits for its owner only, and another each time', () => {
  const first = writeTokenFile(path);
  expect(Buffer.from(first, 'base64url')).toHaveLength(32);
  expect(readFileSync(path, 'utf8')).toBe(`${first}\n`);
  writeFileSync(path, 'x', { mode: 0o644 });
  const second = writeTokenFile(path);
  expect(second).not.toBe(first);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['token']);
});

it('leaves alone what is not a file of ours', () => {
  const target = join(folder, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, path);
  expect(() => writeTokenFile(path)).toThrow(/symbolic link/);
  rmSync(path);
  linkSync(target, path);
  expect(() => writeTokenFile(path)).toThrow(/second name/);
  rmSync(path);
  mkdirSync(path);
  expect(() => writeTokenFile(path)).toThrow(/not a regular file/);
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

it.runIf(process.getuid?.() === 0)('leaves alone what is somebody else’s', () => {
  writeFileSync(path, '');
  chownSync(path, 65_534, 65_534);
  expect(() => writeTokenFile(path)).toThrow(/somebody else/);
});

it('says which option to change when it cannot write', () => {
  expect(() => writeTokenFile(join(folder, 'missing', 'token'))).toThrow(Fault);
  expect(() => writeTokenFile(join(folder, 'missing', 'token'))).toThrow(/--token-file=F/);
});

it('goes with its daemon, and nothing else does', () => {
  const token = writeTokenFile(path);
  removeTokenFile(path, 'another');
  expect(readdirSync(folder)).toEqual(['token']);
  removeTokenFile(path, token);
  expect(readdirSync(folder)).toEqual([]);
  removeTokenFile(path, token);
  writeFileSync(join(folder, 'target'), `${token}\n`);
  symlinkSync(join(folder, 'target'), path);
  removeTokenFile(path, token);
  expect(readdirSync(folder).sort()).toEqual(['target', 'token']);
});
