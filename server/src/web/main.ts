import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { ConfigMessage, SupervisorMessage, WebMessage } from '../daemon/ipc.ts';
import { holdSocketFile } from './held-socket.ts';
import { assertDropped, dropRoot } from './drop.ts';
import { type PageFiles, readPageFiles } from './page-files.ts';
import type { WebApp } from './start.ts';

/**
 * The web process up to the point where it has no privileges any more: built-ins only. It reads what it will run and serve, drops root, checks
 * that, and only then runs the script that holds all npm code.
 */
const APP_SCRIPT = join(import.meta.dirname, 'web-app.cjs');
const PAGE = join(import.meta.dirname, '..', '..', 'web', 'dist');

/** What start.ts exports, as rolldown wraps it. */
interface AppModule {
  readonly startWeb: (config: ConfigMessage, page: PageFiles, say: (message: WebMessage) => void, held: Server | null) => Promise<WebApp>;
}

function say(message: WebMessage): void {
  // A failure means that the daemon is gone, which 'disconnect' tells too.
  process.send?.(message, undefined, undefined, () => undefined);
}

function fatal(error: unknown): void {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'web_failed';
  const message: WebMessage = { type: 'fatal', error: code, message: error instanceof Error ? error.message : String(error) };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

/** Runs the text of a CommonJS script, which by now could perhaps not be opened any more. */
function runScript(text: string): AppModule {
  const module = { exports: {} };
  const run = compileFunction(text, ['module', 'exports', 'require'], { filename: APP_SCRIPT }) as (...args: unknown[]) => void;
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports as AppModule;
}

let app: Promise<WebApp> | null = null;

async function begin(config: ConfigMessage): Promise<WebApp> {
  const page = readPageFiles(PAGE);
  if (!existsSync(APP_SCRIPT)) throw new Error(`${APP_SCRIPT} is missing; run 'make build'`);
  const script = readFileSync(APP_SCRIPT, 'utf8');
  const held = config.socket === null ? null : await holdSocketFile(config.socket);
  if (config.uid0) {
    dropRoot();
    assertDropped();
  }
  return runScript(script).startWeb(config, page, say, held);
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: SupervisorMessage, handle?: Socket) => {
  if (message.type === 'config') {
    app = begin(message);
    app.catch(fatal);
  } else if (message.type === 'shutdown') {
    if (app === null) process.exit(0);
    void app
      .then(
        (running) => running.close(),
        () => undefined,
      )
      .finally(() => process.exit(0));
  } else if (message.type === 'reader') {
    app?.then(
      (running) => {
        if (handle !== undefined) running.takeReader(handle);
      },
      () => undefined,
    );
  } else {
    app?.then(
      (running) => {
        say({ type: 'minted', request: message.request, key: running.mintKey(message.uid) });
      },
      () => undefined,
    );
  }
});
