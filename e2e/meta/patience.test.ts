import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../.toolchain/checkout/patience.sh');

/** Its command's status and its output. `step`: seconds between messages. */
async function wait(step: number, command: string): Promise<[number | null, string]> {
  const child = spawn('sh', [SCRIPT, String(step), 'waiting', 'sh', '-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
  const status = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // Until no process holds the pipe.
  const said = await text(child.stderr);
  return [await status, said];
}

it('reports at each interval that a command still runs, and passes on its status', async () =>
  expect(await wait(1, 'sleep 2.5; exit 3')).toEqual([3, 'procmap: still waiting, 1 s so far\nprocmap: still waiting, 2 s so far\n']));

it('says nothing about a quick command, and does not delay its end', async () => {
  const began = performance.now();
  expect(await wait(30, 'true')).toEqual([0, '']);
  expect(performance.now() - began).toBeLessThan(20_000);
});
