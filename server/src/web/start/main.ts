import type { Socket } from 'node:net';
import { ALIVE_MS, type ConfigMessage, type SupervisorMessage, type WebMessage } from '../../ipc.ts';
import { assertDropped, dropRoot, WEB_UID } from './drop.ts';
import { holdSocketFile } from './held-socket.ts';
import { loadApp } from './load-app.ts';
import type { WebApp } from './start.ts';

/**
 * The web process until it has given up its privileges; uses only Node built-ins. It reads all code that it will run,
 * drops root, checks that, and only then runs the script with all npm code.
 */
function say(message: WebMessage): void {
  // If sending fails the daemon is gone, which 'disconnect' reports too.
  process.send?.(message, undefined, undefined, () => undefined);
}

function fatal(error: unknown): void {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'web_failed';
  const message: WebMessage = { type: 'fatal', error: code, message: error instanceof Error ? error.message : String(error) };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

function sayAlive(): void {
  say({ type: 'alive' });
  setTimeout(sayAlive, ALIVE_MS);
}

let app: Promise<WebApp> | null = null;

async function begin(config: ConfigMessage): Promise<WebApp> {
  const start = loadApp(config.page);
  const held = config.socket === null ? [] : [await holdSocketFile(config.socket)];
  if (config.uid0) dropRoot();
  assertDropped(config.uid0 ? WEB_UID : null);
  return start(config, say, held);
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: SupervisorMessage, handle?: Socket) => {
  if (message.type === 'config') {
    app = begin(message);
    app.then(sayAlive, fatal);
  } else if (message.type === 'shutdown') {
    if (app === null) process.exit(0);
    void app
      .then(
        (running) => running.close(),
        () => undefined,
      )
      .finally(() => process.exit(0));
  } else if (message.type === 'stream') {
    app?.then(
      (running) => {
        if (handle !== undefined) running.take(message.of, handle);
      },
      () => undefined,
    );
  } else if (message.type === 'lingering') {
    app?.then(
      (running) => running.note(message.counts),
      () => undefined,
    );
  } else {
    app?.then(
      (running) => say({ type: 'minted', request: message.request, key: running.mintKey(message.uid) }),
      () => undefined,
    );
  }
});
