import { chownSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fault } from '../common/fault.ts';
import { TokenFile } from './token-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-token-'));
  path = join(folder, 'token');
});

afterEach(() => rmSync(folder, { recursive: true }));

function publish(): TokenFile {
  const file = new TokenFile(path);
  file.publish();
  return file;
}

it('holds 256 bits for its owner only, and another each time', () => {
  const first = publish();
  expect(Buffer.from(first.token, 'base64url')).toHaveLength(32);
  expect(readFileSync(path, 'utf8')).toBe(`${first.token}\n`);
  writeFileSync(path, 'x', { mode: 0o644 });
  const second = publish();
  expect(second.token).not.toBe(first.token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['token']);
  // Publishing again does nothing.
  writeFileSync(path, 'x');
  second.publish();
  expect(readFileSync(path, 'utf8')).toBe('x');
});

it('leaves the one of another daemon until it is published', () => {
  const other = publish();
  const file = new TokenFile(path);
  expect(readdirSync(folder)).toHaveLength(2);
  file.remove();
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['token'], `${other.token}\n`]);
});

it('does not replace a file that was put there meanwhile', () => {
  const file = new TokenFile(path);
  mkdirSync(path);
  expect(() => file.publish()).toThrow(/not a regular file/);
  file.remove();
  expect(readdirSync(folder)).toEqual(['token']);
});

it('leaves anything that is not our file', () => {
  const target = join(folder, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, path);
  expect(() => new TokenFile(path)).toThrow(/symbolic link/);
  rmSync(path);
  linkSync(target, path);
  expect(() => new TokenFile(path)).toThrow(/second name/);
  rmSync(path);
  mkdirSync(path);
  expect(() => new TokenFile(path)).toThrow(/not a regular file/);
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

it.runIf(process.getuid?.() === 0)('leaves files of other users', () => {
  writeFileSync(path, '');
  chownSync(path, 65_534, 65_534);
  expect(() => new TokenFile(path)).toThrow(/somebody else/);
});

it('says which option to change when it cannot write', () => {
  expect(() => new TokenFile(join(folder, 'missing', 'token'))).toThrow(Fault);
  expect(() => new TokenFile(join(folder, 'missing', 'token'))).toThrow(/--token-file=FILE/);
});

it('is the only file removed with its daemon', () => {
  const first = publish();
  const second = publish();
  first.remove();
  expect(readdirSync(folder)).toEqual(['token']);
  second.remove();
  expect(readdirSync(folder)).toEqual([]);
  second.remove();
  writeFileSync(join(folder, 'target'), `${second.token}\n`);
  symlinkSync(join(folder, 'target'), path);
  second.remove();
  expect(readdirSync(folder).sort()).toEqual(['target', 'token']);
  rmSync(path);
  // Files of another size, and an endless one without any size.
  writeFileSync(path, `${second.token}\n\n`);
  second.remove();
  truncateSync(path, 2 ** 40);
  second.remove();
  expect(readdirSync(folder).sort()).toEqual(['target', 'token']);
});
