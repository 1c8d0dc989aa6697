import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { BUILT } from './image/cache.ts';

/**
 * Makes one script of JavaScript of a file of TypeScript, and gives its path. For a guest: there Node would take the types away by WebAssembly, which under
 * emulation crashes one process in fifteen (seen: V8 in its own code pages; none of 120 runs without).
 */
export async function bundle(name: string): Promise<string> {
  const file = join(BUILT, `${name}.js`);
  const build = await rolldown({ input: join(import.meta.dirname, 'in-guest', `${name}.ts`), platform: 'node', treeshake: true });
  await build.write({ file, format: 'esm' });
  await build.close();
  return file;
}
