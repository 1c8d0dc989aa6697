import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { compileFunction } from 'node:vm';
import type { ConfigMessage, WebMessage } from '../../ipc.ts';
import type { HeldSocket } from './held-socket.ts';
import type { ReadPage, WebApp } from './start.ts';

/** The script with all npm code; part of the build. */
const APP_SCRIPT = join(import.meta.dirname, 'web-app.cjs');
/** The page in a build. */
export const BUILT_PAGE = join(import.meta.dirname, '..', '..', 'web', 'dist');

/** Starts the application: see startWeb(). */
type StartApp = (config: ConfigMessage, say: (message: WebMessage) => void, held: readonly HeldSocket[]) => Promise<WebApp>;

/** The exports of start.ts, as rolldown wraps them. */
interface AppModule {
  readonly startWeb: (config: ConfigMessage, page: ReadPage, say: (message: WebMessage) => void, held: readonly HeldSocket[]) => Promise<WebApp>;
}

/**
 * Reads all code that will run, without running it: in between, this process gives up its rights. `page`: the folder of
 * the page's files.
 */
export function loadApp(page: string): StartApp {
  const files = readPage(page);
  if (!existsSync(APP_SCRIPT)) throw new Error(`${APP_SCRIPT} is missing; run 'make build'`);
  const script = readFileSync(APP_SCRIPT, 'utf8');
  return (config, say, held) => runScript(script).startWeb(config, files, say, held);
}

function readPage(folder: string): ReadPage {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/\.(br|gz|html)$/.test(entry.name));
    const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
    const kept = new Map(paths.map((path) => [`/${relative(folder, path)}`, readFileSync(path)]));
    return { index: readFileSync(join(folder, 'index.html'), 'utf8'), kept };
  } catch (error) {
    throw new Error(`the page in ${folder} cannot be read (${error instanceof Error ? error.message : String(error)}); start procmap again`, { cause: error });
  }
}

/** Runs the text of a CommonJS script, which may no longer be readable as a file. */
function runScript(text: string): AppModule {
  const module = { exports: {} };
  const run = compileFunction(text, ['module', 'exports', 'require'], { filename: APP_SCRIPT }) as (...args: unknown[]) => void;
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports as AppModule;
}
