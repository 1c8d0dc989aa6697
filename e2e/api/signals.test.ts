import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childrenOf, Daemon } from '../daemon.ts';

/** Where Node's inspector listens when a signal opens it. */
const INSPECTOR_PORT = 9229;
let daemon: Daemon;

beforeAll(async () => {
  daemon = await Daemon.start();
});
afterAll(() => daemon.stop());

function all(): number[] {
  return [daemon.pid, ...childrenOf(daemon.pid)];
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}

it('SIGUSR1 opens no inspector, in none of its processes', async () => {
  expect(await isOpen(INSPECTOR_PORT)).toBe(false);
  const before = all();
  expect(before).toHaveLength(4);
  for (const pid of before) {
    process.kill(pid, 'SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([pid, await isOpen(INSPECTOR_PORT)]).toEqual([pid, false]);
  }
  for (const pid of all()) expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toContain('--disable-sigusr1');
  // No process was ended and restarted, and the daemon serves as before.
  expect(all()).toEqual(before);
  expect((await daemon.get('/healthz')).status).toBe(200);
});

it('no variable of its environment opens one either', async () => {
  const other = await Daemon.start({ env: { NODE_OPTIONS: `--inspect=${INSPECTOR_PORT}`, NODE_INSPECT_RESUME_ON_START: '1' } });
  try {
    expect(await isOpen(INSPECTOR_PORT)).toBe(false);
  } finally {
    await other.stop();
  }
});

it('the end of its terminal ends it, but behind nohup', async () => {
  const held = await Daemon.start({ within: ['nohup'] });
  try {
    process.kill(held.pid, 'SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await held.get('/healthz')).status).toBe(200);
  } finally {
    expect(await held.stop()).toBe(0);
  }
  const other = await Daemon.start();
  expect(await other.stop('SIGHUP')).toBe(0);
});
