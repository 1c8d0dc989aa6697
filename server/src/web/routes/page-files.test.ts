import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFiles } from './page-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-page-'));
const LONG = 'a long text that gzip makes shorter. '.repeat(50);

beforeAll(() => {
  mkdirSync(join(folder, 'assets', 'deep'), { recursive: true });
  for (const [path, content] of [
    ['index.html', '<!doctype html>'],
    ['favicon.svg', '<svg/>'],
    ['assets/app-1a2b.js', LONG],
    ['assets/app-1a2b.js.map', '{}'],
    ['assets/deep/font.woff2', 'x'],
    ['.env', 'SECRET=1'],
    ['assets/notes.txt', 'x'],
    ['assets/index.html', 'not the page'],
  ] as const)
    writeFileSync(join(folder, path), content);
  symlinkSync('/etc/passwd', join(folder, 'assets', 'passwd.js'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a built page', () => {
  it('is its own files of the kinds that a page has, by the paths that a browser asks for', () =>
    expect([...readPageFiles(folder).keys()].sort()).toEqual(['/', '/assets/app-1a2b.js', '/assets/deep/font.woff2', '/assets/index.html', '/favicon.svg']));

  it('is the same however its folder is written', () => {
    expect([...readPageFiles(`${folder}/`).keys()]).toEqual([...readPageFiles(folder).keys()]);
    expect([...readPageFiles(`${folder}/assets/..`).keys()]).toEqual([...readPageFiles(folder).keys()]);
  });

  it('is compressed where that saves something', () => {
    const files = readPageFiles(folder);
    const script = files.get('/assets/app-1a2b.js');
    expect(script?.body.toString()).toBe(LONG);
    expect(gunzipSync(script?.gzip ?? '').toString()).toBe(LONG);
    expect(files.get('/favicon.svg')?.gzip).toBeNull();
  });

  it('is kept by a browser only where the name changes with the content', () => {
    const files = readPageFiles(folder);
    expect(files.get('/')).toMatchObject({ immutable: false, type: 'text/html; charset=utf-8' });
    expect(files.get('/favicon.svg')).toMatchObject({ immutable: false, type: 'image/svg+xml' });
    expect(files.get('/assets/app-1a2b.js')).toMatchObject({ immutable: true, type: 'text/javascript; charset=utf-8' });
  });

  it('that was not built is said to be missing', () => expect(() => readPageFiles(join(folder, 'assets', 'deep'))).toThrow('make build'));
});
