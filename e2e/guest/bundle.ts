import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { BUILT } from './image/cache.ts';

/**
 * Bundles a TypeScript file into one JavaScript file; returns its path. For guests: there, Node would strip the types
 * with WebAssembly, which crashes one process in fifteen under emulation (seen in V8's code pages; none of 120 runs
 * without it).
 */
export async function bundle(name: string): Promise<string> {
  const file = join(BUILT, `${name}.js`);
  const build = await rolldown({ input: join(import.meta.dirname, 'in-guest', `${name}.ts`), platform: 'node', treeshake: true });
  await build.write({ file, format: 'esm' });
  await build.close();
  return file;
}
