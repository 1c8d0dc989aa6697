import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { decodeFrame } from '@procmap/shared/codec.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReaderLink } from './reader-link.ts';

const READER = join(import.meta.dirname, '../../reader/main.ts');

describe('with a real reader, a link', () => {
  let stuck: (reason: string) => void;
  let link: ReaderLink;
  const children: ChildProcess[] = [];

  function start(): ChildProcess {
    const child = spawn(process.execPath, [READER], { env: {}, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    children.push(child);
    link.setStream(child.stdio[3] as Socket);
    return child;
  }

  beforeEach(() => {
    stuck = () => undefined;
    link = new ReaderLink((reason) => stuck(reason));
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('brings answers, bodies and errors', async () => {
    start();
    const [system, map, error] = await Promise.allSettled([
      link.ask({ op: 'system' }),
      link.ask({ op: 'map', pid: process.pid, etag: null }),
      link.ask({ op: 'map', pid: 4_194_304, etag: null }),
    ]);
    expect(system).toMatchObject({ value: { head: { system: { page_size: 4096 } } } });
    if (map.status !== 'fulfilled') throw map.reason;
    expect(decodeFrame(map.value.body)).toMatchObject({ type: 'snapshot', meta: { process: { pid: process.pid } } });
    expect(map.value.tookMs).toBeGreaterThan(0);
    expect(error).toMatchObject({ reason: { word: 'not_found' } });
  });

  it('brings memory figures', async () => {
    start();
    const [memory, none] = await Promise.allSettled([link.ask({ op: 'memory', pid: process.pid }), link.ask({ op: 'memory', pid: 4_194_304 })]);
    expect(memory).toMatchObject({ value: { head: { status: 'memory', memory: { smem: { swap_kb: expect.any(Number) as number } } } } });
    expect(none).toMatchObject({ reason: { word: 'not_found' } });
  });

  it('notices a stopped reader after about a second, and goes on with the next', async () => {
    const first = start();
    await link.ask({ op: 'system' });
    first.kill('SIGSTOP');
    const began = performance.now();
    const reason = new Promise<string>((resolve) => {
      stuck = (why) => {
        resolve(why);
        first.kill('SIGKILL');
        start();
      };
    });
    const map = link.ask({ op: 'map', pid: process.pid, etag: null });
    const system = link.ask({ op: 'system' });
    await expect(map).rejects.toMatchObject({ word: 'stalled' });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(await reason).toBe(`no answer to map ${process.pid}`);
    await expect(system).resolves.toMatchObject({ head: { status: 'system' } });
  });

  it('tells only the one that hung to end', async () => {
    const first = start();
    await link.ask({ op: 'system' });
    first.kill('SIGSTOP');
    const next = new Promise<ReturnType<typeof start>>((resolve) => {
      stuck = () => resolve(start());
    });
    await expect(link.ask({ op: 'system' })).rejects.toMatchObject({ word: 'stalled' });
    const second = await next;
    const ended = once(first, 'exit');
    first.kill('SIGCONT');
    // By itself: exit() would wait for threads that hang.
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect(link.ask({ op: 'system' })).resolves.toMatchObject({ head: { status: 'system' } });
    expect([second.exitCode, second.signalCode]).toEqual([null, null]);
  });

  it('does not report it as stuck because this process itself was busy', async () => {
    const reasons: string[] = [];
    stuck = (reason) => reasons.push(reason);
    start();
    await link.ask({ op: 'system' });
    const answer = link.ask({ op: 'system' });
    // The request is sent, then this process is busy for longer than the reader may be silent.
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 1500; performance.now() < end;);
    await expect(answer).resolves.toMatchObject({ head: { status: 'system' } });
    expect(reasons).toEqual([]);
  });

  it('does not report it as stuck after the machine was suspended, which stops both', async () => {
    const reasons: string[] = [];
    stuck = (reason) => reasons.push(reason);
    const reader = start();
    await link.ask({ op: 'system' });
    reader.kill('SIGSTOP');
    const answer = link.ask({ op: 'system' });
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 1500; performance.now() < end;);
    setTimeout(() => reader.kill('SIGCONT'), 300);
    await expect(answer).resolves.toMatchObject({ head: { status: 'system' } });
    expect(reasons).toEqual([]);
  });
});
