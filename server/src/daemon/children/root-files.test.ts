import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DaemonClient, makeDist, removeDist, sleep } from '../../../test/daemon-client.ts';
import { captured } from '../../../test/guest-kernel.ts';
import { READER_UID } from '../../common/confinement.ts';
import { kcoreHeaders } from './root-files.ts';

const ROOT = process.getuid?.() === 0;
const KERNEL = join(import.meta.dirname, '../../reader/kernel/root-files/');
const HEADERS = Buffer.from(captured('amd64-6.1', 'kcore.base64') ?? '', 'base64');
const SECRET = 'what the kernel remembers';
const IOMEM = captured('amd64-6.1', 'iomem') ?? '';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-root-files-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('of /proc/kcore', () => {
  function file(bytes: Buffer): string {
    const path = join(folder, 'core');
    writeFileSync(path, bytes);
    return path;
  }

  it('only the headers are read', () => {
    expect(kcoreHeaders(file(Buffer.concat([HEADERS, Buffer.from(SECRET)])))).toEqual(HEADERS);
    const narrow = Buffer.from(captured('i386', 'kcore.base64') ?? '', 'base64');
    expect(kcoreHeaders(file(Buffer.concat([narrow, Buffer.from(SECRET)])))).toEqual(narrow);
  });

  it('a file that is too short is read as far as it goes', () => {
    for (const length of [0, 10, 64, 200]) expect(kcoreHeaders(file(HEADERS.subarray(0, length)))).toEqual(HEADERS.subarray(0, length));
  });

  it('an error is reported by its name', () => {
    expect(kcoreHeaders(join(folder, 'none')).toString()).toBe('ENOENT');
    expect(kcoreHeaders(folder).toString()).toBe('EISDIR');
    expect(kcoreHeaders(file(Buffer.alloc(100, 0xff))).toString()).toBe('EFBIG');
  });
});

/** Data that a reader of root's daemon has received. */
interface Probe {
  readonly uid: number;
  readonly iomem: string;
  readonly again: string;
  /** In base64, or the code of an error. */
  readonly kcore: string;
  readonly kcoreError: string | null;
  /** Targets of its descriptors, after it has read them. */
  readonly files: readonly string[];
  /** The file as this process opens it itself. */
  readonly ownIomem: string;
}

describe.runIf(ROOT)('a reader that is not root', () => {
  let dist: string;
  let proc: string;
  const daemons: DaemonClient[] = [];

  beforeAll(() => {
    dist = makeDist();
    proc = join(folder, 'proc');
    // Takes the reader's place: reports the data it was given, and stays.
    writeFileSync(
      join(dist, 'reader.js'),
      `import { handedRootFiles, readHandedHeaders } from ${JSON.stringify(`${KERNEL}handed-files.ts`)};
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
const root = handedRootFiles(await readHandedHeaders());
const attempt = async (what) => { try { return await what(); } catch (error) { return 'error ' + error.code; } };
const links = () => readdirSync('/proc/self/fd').flatMap((fd) => { try { return [readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; } });
let kcore = '', kcoreError = null;
try { kcore = (await root.kcoreHeaders()).toString('base64'); } catch (error) { kcoreError = error.code; }
const probe = { uid: process.getuid(), iomem: await root.iomem(), again: await root.iomem(), kcore, kcoreError, files: links(),
  ownIomem: await attempt(() => readFileSync('/proc/iomem', 'latin1')) };
process.stderr.write('PROBE ' + JSON.stringify(probe) + '\\n');
setInterval(() => undefined, 1000);
`,
    );
  });

  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.stop();
    rmSync(proc, { recursive: true, force: true });
  });

  afterAll(() => removeDist(dist));

  async function probe(env: Record<string, string>): Promise<Probe> {
    const daemon = new DaemonClient(dist, ['--port=0', '--unsafe-path'], env);
    daemons.push(daemon);
    // The page is served, whatever root could open.
    await daemon.lines(1);
    for (;;) {
      const line = /^PROBE (.*)$/m.exec(daemon.log)?.[1];
      if (line !== undefined) return JSON.parse(line) as Probe;
      if (daemon.process.exitCode !== null) throw new Error(daemon.log);
      await sleep(10);
    }
  }

  it('sees the figures of /proc/iomem that it could not see itself', async () => {
    const { uid, iomem, again, ownIomem } = await probe({});
    expect(uid).toBe(READER_UID);
    expect(iomem).toMatch(/^[0-9a-f]*[1-9a-f][0-9a-f]*-[0-9a-f]+ : System RAM$/m);
    expect(again).toBe(iomem);
    expect(ownIomem).not.toMatch(/[1-9a-f].* : System RAM$/m);
  });

  it('gets the headers of /proc/kcore, but not the file', async () => {
    mkdirSync(proc);
    writeFileSync(join(proc, 'iomem'), IOMEM);
    writeFileSync(join(proc, 'kcore'), Buffer.concat([HEADERS, Buffer.from(SECRET)]), { mode: 0o400 });
    const { iomem, again, kcore, files } = await probe({ PROCMAP_PROC: proc });
    expect([iomem, again]).toEqual([IOMEM, IOMEM]);
    expect(Buffer.from(kcore, 'base64')).toEqual(HEADERS);
    expect(files).toContain(join(proc, 'iomem'));
    expect(files.filter((path) => path.includes('kcore'))).toEqual([]);
  });

  it('keeps of them only /proc/iomem, as it is', async () => {
    mkdirSync(proc);
    writeFileSync(join(proc, 'iomem'), IOMEM);
    writeFileSync(join(proc, 'kcore'), HEADERS);
    const real = makeDist();
    const daemon = new DaemonClient(real, ['--port=0', '--unsafe-path'], { PROCMAP_PROC: proc });
    daemons.push(daemon);
    expect(await daemon.ask({ op: 'system' })).toMatchObject({ system: { uid: READER_UID } });
    const children = readFileSync(`/proc/${daemon.process.pid}/task/${daemon.process.pid}/children`, 'latin1').trim().split(' ');
    const files = children.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
    expect(files.filter((path) => path.startsWith(proc))).toEqual([join(proc, 'iomem')]);
    // The daemon does not keep it open either.
    const own = readdirSync(`/proc/${daemon.process.pid}/fd`).map((fd) => readlinkSync(`/proc/${daemon.process.pid}/fd/${fd}`));
    expect(own.filter((path) => path.startsWith(proc))).toEqual([]);
    await daemon.stop();
    removeDist(real);
  });

  it('starts without them where there are none', async () => {
    mkdirSync(proc);
    expect(await probe({ PROCMAP_PROC: proc })).toMatchObject({ iomem: '', kcore: '', kcoreError: 'ENOENT' });
  });
});
