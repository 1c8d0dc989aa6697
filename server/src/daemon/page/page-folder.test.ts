import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageFolder } from './page-folder.ts';
import { ownMark } from './process-mark.ts';

const uid = process.geteuid?.() ?? 0;
/** An installation, with its Node beside it. */
let top: string;
/** Folder for a user's copy. */
let runtime: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'procmap-top-'));
  chmodSync(top, 0o755);
  runtime = mkdtempSync(join(tmpdir(), 'procmap-runtime-'));
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
  vi.stubEnv('TMPDIR', join(top, 'tmp'));
  for (const folder of ['bin', 'tmp', 'web/dist/assets']) mkdirSync(join(top, folder), { recursive: true });
  for (const file of ['bin/node', 'web/dist/index.html', 'web/dist/assets/app.js', 'web/dist/assets/app.js.br']) writeFileSync(join(top, file), file);
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of [top, runtime]) rmSync(folder, { recursive: true, force: true });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

function serve(node = '/usr/bin/env'): ReturnType<typeof pageFolder> {
  return pageFolder(top, false, node);
}

describe('of a checkout', () => {
  it('a copy is served that all can read and only the owner can change, until the daemon ends', () => {
    const umask = process.umask(0o077);
    const page = serve();
    process.umask(umask);
    expect([dirname(page.path), basename(page.path)]).toEqual([runtime, expect.stringMatching(new RegExp(`^procmap\\.${ownMark()}-\\w{6}$`)) as string]);
    expect(filesIn(page.path)).toEqual(['assets', 'assets/app.js', 'assets/app.js.br', 'index.html']);
    for (const name of ['', ...filesIn(page.path)]) {
      const there = lstatSync(join(page.path, name));
      expect([name, there.uid, there.mode & 0o7777]).toEqual([name, uid, there.isDirectory() ? 0o755 : 0o644]);
    }
    page.remove();
    expect(readdirSync(runtime)).toEqual([]);
    page.remove();
  });

  it('a later build changes nothing', () => {
    const page = serve();
    writeFileSync(join(top, 'web/dist/index.html'), 'another');
    rmSync(join(top, 'web/dist/assets'), { recursive: true });
    expect(readFileSync(join(page.path, 'index.html'), 'utf8')).toBe('web/dist/index.html');
    expect(filesIn(page.path)).toContain('assets/app.js');
    page.remove();
  });

  it('only files of a page are copied, and not through links', () => {
    for (const name of ['.env', '.x.js', 'app.js.map', 'notes.txt']) writeFileSync(join(top, 'web/dist/assets', name), 'x');
    symlinkSync('/etc/passwd', join(top, 'web/dist/passwd.js'));
    symlinkSync('/etc', join(top, 'web/dist/etc'));
    mkdirSync(join(top, 'web/dist/.hidden'));
    const page = serve();
    expect(filesIn(page.path)).toEqual(['assets', 'assets/app.js', 'assets/app.js.br', 'index.html']);
    page.remove();
  });

  it('the copy is among temporary files where there is no folder of the user’s', () => {
    for (const folder of ['', 'relative', join(top, 'missing')]) {
      vi.stubEnv('XDG_RUNTIME_DIR', folder);
      const page = serve();
      expect(dirname(page.path)).toBe(join(top, 'tmp'));
      page.remove();
    }
  });

  it('root’s copy is in a folder that only root controls, whatever the environment', () => {
    const page = pageFolder(top, true, '/usr/bin/env');
    expect(['/run', '/tmp']).toContain(dirname(page.path));
    page.remove();
    expect(existsSync(page.path)).toBe(false);
  });

  it('the page is served in place, with a warning, if it cannot be copied', () => {
    vi.stubEnv('XDG_RUNTIME_DIR', join(top, 'missing'));
    vi.stubEnv('TMPDIR', '/proc');
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const page = serve();
    page.remove();
    expect(page.path).toBe(join(top, 'web/dist'));
    expect(filesIn(page.path)).toContain('index.html');
    expect(stderr.mock.calls.join()).toMatch(/the page cannot be copied to .*\/missing or \/proc \(.*\); make room there.*served from/);
    symlinkSync('/etc/passwd', join(top, 'web/dist/passwd.js'));
    expect(() => serve()).toThrow('cannot be copied');
    stderr.mockRestore();
  });

  it('a failed copy is reported, and nothing is left of it', () => {
    rmSync(join(top, 'web'), { recursive: true });
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    expect(() => serve()).toThrow('cannot be copied');
    expect(readdirSync(runtime)).toEqual([]);
  });
});

describe('an installed page', () => {
  const installed = (): ReturnType<typeof pageFolder> => serve(join(top, 'bin/node'));

  it('is served from where it is', () => {
    const page = installed();
    expect(page.path).toBe(join(top, 'web/dist'));
    page.remove();
    expect(filesIn(page.path)).toContain('index.html');
    expect(readdirSync(runtime)).toEqual([]);
  });

  it.each([
    ['', 0o700],
    ['web', 0o750],
    ['web/dist', 0o711],
    ['web/dist/assets', 0o754],
    ['web/dist/assets', 0o751],
    ['web/dist/assets/app.js', 0o640],
  ])('and has a part (%j, mode %o) that others cannot read is copied', (part, mode) => {
    chmodSync(join(top, part), mode);
    const page = installed();
    expect(dirname(page.path)).toBe(runtime);
    expect(statSync(join(page.path, 'assets/app.js')).mode & 0o777).toBe(0o644);
    page.remove();
  });

  it.each<[string, (at: string) => void]>([
    ['a file of another kind', (at) => writeFileSync(join(at, 'notes.txt'), 'x')],
    ['a hidden file', (at) => writeFileSync(join(at, '.x.js'), 'x')],
    ['a link to a file', (at) => symlinkSync('/etc/passwd', join(at, 'passwd.js'))],
    ['a link to a folder', (at) => symlinkSync('/etc', join(at, 'etc'))],
  ])('and holds %s is copied without it', (_, add) => {
    add(join(top, 'web/dist/assets'));
    const page = installed();
    expect(dirname(page.path)).toBe(runtime);
    expect(filesIn(page.path)).toEqual(['assets', 'assets/app.js', 'assets/app.js.br', 'index.html']);
    page.remove();
  });

  it('is recognised by the running Node, under any name', () => {
    linkSync(join(top, 'bin/node'), join(top, 'bin/other'));
    symlinkSync('node', join(top, 'bin/link'));
    const page = serve(join(top, 'bin/link'));
    expect(page.path).toBe(join(top, 'web/dist'));
    const other = serve(join(top, 'bin/other'));
    expect(dirname(other.path)).toBe(runtime);
    other.remove();
  });
});

describe('a copy that a killed daemon has left', () => {
  /** Marks of a process that had the id of this one, and of one in another namespace. */
  const marks = (): { readonly ended: string; readonly elsewhere: string } => {
    const [pid, start, namespace] = ownMark().split('-');
    return { ended: `${pid}-${Number(start) - 1}-${namespace}`, elsewhere: `${pid}-${start}-1` };
  };
  const leave = (name: string): string => {
    const folder = join(runtime, name);
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'assets/app.js'), 'x');
    return folder;
  };

  it('is removed at the next start, and nothing else is', () => {
    const { ended, elsewhere } = marks();
    const stale = leave(`procmap.${ended}-abcDEF`);
    const living = [
      `procmap.${ownMark()}-abcDEF`,
      `procmap.${elsewhere}-abcDEF`,
      `procmap.${ended}`,
      `procmap.${ended}-abcDEF.bak`,
      `x.procmap.${ended}-abcDEF`,
      'procmap',
    ];
    const kept = living.map(leave);
    const outside = leave('outside');
    symlinkSync(outside, join(runtime, `procmap.${ended}-tolink`));
    writeFileSync(join(runtime, `procmap.${ended}-isfile`), '');
    serve().remove();
    expect(existsSync(stale)).toBe(false);
    for (const folder of [...kept, outside]) expect(readdirSync(join(folder, 'assets')), folder).toEqual(['app.js']);
    expect(readdirSync(runtime)).toEqual(expect.arrayContaining([`procmap.${ended}-tolink`, `procmap.${ended}-isfile`]));
  });

  it.runIf(uid === 0)('of another user stays', () => {
    const foreign = leave(`procmap.${marks().ended}-abcDEF`);
    chownSync(foreign, 4321, 4321);
    serve().remove();
    expect(existsSync(foreign)).toBe(true);
  });
});
