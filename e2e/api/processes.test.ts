import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../server/src/reader/protocol/protocol.ts';
import { childrenOf, Daemon } from '../daemon.ts';
import { Tree } from '../tree.ts';

/** The list of processes: how each is identified, and the process of a thread id. */
let daemon: Daemon;
const started: ChildProcess[] = [];

beforeAll(async () => {
  daemon = await Daemon.start();
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await daemon.stop();
});

async function listed(of: Daemon = daemon): Promise<Map<number, ProcessInfo>> {
  return new Map((await of.json<ProcessInfo[]>('/api/processes')).map((process) => [process.pid, process]));
}

/** Starts a Node that waits. */
async function waitingNode(...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => 0, 1000)', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('the list of processes', () => {
  it('names the program and what it runs, whatever the name of its first thread', async () => {
    const pid = await waitingNode('pm-listed');
    const process = (await listed()).get(pid);
    expect(process).toMatchObject({ program: 'node', readable: true, own: false, cmdline_omitted: 0 });
    expect(process?.comm).toBe(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    expect(process?.what).toBe('-e console.log(1); setInterval(() => 0, 1000) pm-listed');
  });

  it('has the end of a long command line, and says how much is missing', async () => {
    const classPath = Array.from({ length: 400 }, (_, i) => `/opt/lib/${i}/long-name-${i}.jar`).join(':');
    const pid = await waitingNode('--', '-cp', classPath, 'org.example.Last');
    const bytes = readFileSync(`/proc/${pid}/cmdline`);
    const text = bytes.toString().replace(/\0$/, '').replaceAll('\0', ' ');
    const process = (await listed()).get(pid);
    expect(process?.cmdline).toBe(`${text.slice(0, 3072)}…${text.slice(1 - 1024)}`);
    expect(process?.cmdline_omitted).toBe(bytes.length - 4096);
  });

  it("marks procmap's own processes, and no other", async () => {
    const own = [...(await listed()).values()].filter((process) => process.own).map(({ pid }) => pid);
    const children = childrenOf(daemon.pid);
    expect(children).toHaveLength(3);
    expect(own).toEqual(expect.arrayContaining([daemon.pid, ...children]));
    // Other daemons of this checkout may run beside these tests.
    for (const pid of own) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('/server/dist/');
  });

  it.runIf(process.getuid?.() === 0)('says what may not be read, which is what the map is refused for', async () => {
    const tree = new Tree();
    const other = await Daemon.start({ procmap: tree.procmap, uid: 1234 });
    try {
      const mine = await waitingNode();
      const list = await listed(other);
      // Its program is not readable, but its command line is.
      expect(list.get(mine)).toMatchObject({ program: 'node', readable: false });
      expect((await other.get(`/api/processes/${mine}/map`)).status).toBe(403);
      expect(list.get(other.pid)?.readable).toBe(true);
      expect((await other.get(`/api/processes/${other.pid}/map`)).status).toBe(200);
    } finally {
      await other.stop();
      tree.dispose();
    }
  });
});

describe('a thread', () => {
  it('is of its process', async () => {
    const pid = await waitingNode();
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(1);
    for (const tid of threads) expect(await daemon.json(`/api/threads/${tid}`)).toEqual({ tid, pid });
  });

  it('that is not there is of none', async () => {
    expect(await daemon.json('/api/threads/4194303')).toEqual({ tid: 4_194_303, pid: null });
    expect((await daemon.get('/api/threads/1e3')).status).toBe(400);
  });
});
