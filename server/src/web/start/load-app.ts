import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { ConfigMessage, WebMessage } from '../../ipc.ts';
import type { HeldSocket } from './held-socket.ts';
import type { WebApp } from './start.ts';

/** The script that holds all npm code; it lies in the build. */
const APP_SCRIPT = join(import.meta.dirname, 'web-app.cjs');
/** Where a build has the page. */
export const BUILT_PAGE = join(import.meta.dirname, '..', '..', 'web', 'dist');

/** Starts the application: see startWeb(). */
export type StartApp = (config: ConfigMessage, say: (message: WebMessage) => void, held: readonly HeldSocket[]) => Promise<WebApp>;

/** What start.ts exports, as rolldown wraps it. */
interface AppModule {
  readonly startWeb: (config: ConfigMessage, index: string, say: (message: WebMessage) => void, held: readonly HeldSocket[]) => Promise<WebApp>;
}

/** Reads what will be run, and runs nothing of it yet: between the two this process gives up what rights it has. `page`: the folder of the page's files. */
export function loadApp(page: string): StartApp {
  const index = readFileSync(join(page, 'index.html'), 'utf8');
  if (!existsSync(APP_SCRIPT)) throw new Error(`${APP_SCRIPT} is missing; run 'make build'`);
  const script = readFileSync(APP_SCRIPT, 'utf8');
  return (config, say, held) => runScript(script).startWeb(config, index, say, held);
}

/** Runs the text of a CommonJS script, which by now could perhaps not be opened any more. */
function runScript(text: string): AppModule {
  const module = { exports: {} };
  const run = compileFunction(text, ['module', 'exports', 'require'], { filename: APP_SCRIPT }) as (...args: unknown[]) => void;
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports as AppModule;
}
