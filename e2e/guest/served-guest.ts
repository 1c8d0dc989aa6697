import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROCMAP } from '../daemon.ts';
import { freePort } from '../free-port.ts';
import { busybox } from './image/busybox.ts';
import { runInGuest } from './guest.ts';
import { type Guest, kernelOf } from './guests.ts';
import { buildModule } from './lkm-build.ts';

const SCRIPT = join(import.meta.dirname, 'in-guest', 'serve-in-guest.sh');
const LOOK = join(import.meta.dirname, 'in-guest', 'lkm-in-guest.sh');
/** Seen: 30 s, and several times as long beside other tests. */
const TIME_LIMIT_MS = 700_000;
const LOOK_AGAIN_MS = 200;
const MAX_TRIES = 20;

/** The real daemon in a guest, as seen from the host. */
export interface ServedGuest {
  readonly origin: string;
  /** A one-time link. */
  readonly link: string;
  readonly json: <T>(path: string) => Promise<T>;
  /** Files that serve-in-guest.sh left. */
  readonly file: (name: string) => string;
  /** Unloads the module. */
  readonly unload: () => Promise<void>;
}

/**
 * Boots a guest, lets lkm-in-guest.sh load the module there (which a locked-down kernel refuses) and look, and runs the
 * daemon until `use` is done.
 */
export async function withServedGuest(guest: Guest, use: (served: ServedGuest) => Promise<void>): Promise<void> {
  const kernel = await kernelOf(guest);
  const module = await buildModule(kernel);
  const port = await freePort();
  const { cpu, parameters, memoryMib } = guest;
  const { status, stderr } = await runInGuest(['sh', SCRIPT, await busybox(), PROCMAP, LOOK, module.path], {
    kernel,
    cpu,
    parameters,
    memoryMib,
    modules: ['virtio_net'],
    qemu: ['-netdev', `user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:8080`, '-device', 'virtio-net-pci,netdev=n,romfile='],
    timeLimitMs: TIME_LIMIT_MS,
    meanwhile: async (out, isUp) => {
      try {
        await use(await whenUp(out, port, isUp));
      } finally {
        writeFileSync(join(out, 'stop'), '');
      }
    },
  });
  if (status !== 0) throw new Error(`the daemon in the guest ended with status ${status}: ${stderr}`);
}

async function whenUp(out: string, port: number, isUp: () => boolean): Promise<ServedGuest> {
  const file = (name: string): string => readFileSync(join(out, name), 'utf8');
  while (!existsSync(join(out, 'link')) || !file('link').endsWith('\n')) {
    if (!isUp()) throw new Error('the guest ended before its daemon was up');
    await setTimeout(LOOK_AGAIN_MS);
  }
  const origin = `http://127.0.0.1:${port}`;
  const token = file('token').trim();
  const json = async <T>(path: string): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const response = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
      if (response.ok) return (await response.json()) as T;
      const fault = await response.text();
      // In a guest on a busy machine, a part of the daemon may take longer to start than a request waits.
      if (response.status !== 503 || tries === MAX_TRIES) throw new Error(`${path}: ${response.status} ${fault}; the daemon's log:\n${file('log')}`);
      process.stderr.write(`${path}: ${fault}\n`);
      await setTimeout(LOOK_AGAIN_MS);
    }
  };
  const unload = async (): Promise<void> => {
    const wish = join(out, 'unload');
    writeFileSync(wish, '');
    while (existsSync(wish) && isUp()) await setTimeout(LOOK_AGAIN_MS);
  };
  return { origin, link: `${origin}/${new URL(file('link').trim()).hash}`, json, file, unload };
}
