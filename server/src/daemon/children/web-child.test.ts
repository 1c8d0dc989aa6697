import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { makeDist, removeDist } from '../../../test/daemon-client.ts';

/** Becomes another user, and ignores all messages. */
const DEAF = `process.setuid(65532);
  for (const event of ['message', 'disconnect']) process.on(event, () => undefined);
  setInterval(() => undefined, 1000);`;
/** Starts such a process, and prints its process id and that it could not end it. */
const PARENT = `
  import { readFileSync } from 'node:fs';
  import { WebChild } from ${JSON.stringify(join(import.meta.dirname, './web-child.ts'))};
  const [web] = process.argv.slice(1);
  const child = new WebChild({ reader: '', web, webReads: [web] }, 'user', {}, { message: () => undefined, ended: () => undefined });
  const [pid] = readFileSync('/proc/self/task/' + process.pid + '/children', 'latin1').split(' ');
  while (!readFileSync('/proc/' + pid + '/status', 'latin1').includes('Uid:\\t65532')) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(pid);
  await child.stop();
  console.log('given up');`;

it.runIf(process.getuid?.() === 0)('a web process that cannot be ended is not waited for', async () => {
  const dist = makeDist();
  const web = join(dist, 'web.js');
  writeFileSync(web, DEAF);
  const parent = spawn('setpriv', ['--bounding-set=-kill', process.execPath, '--input-type=module', '-e', PARENT, web], { stdio: ['ignore', 'pipe', 'pipe'] });
  const tooLate = setTimeout(() => parent.kill('SIGKILL'), 10_000);
  let log = '';
  parent.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const [said] = await Promise.all([text(parent.stdout), once(parent, 'exit')]);
  clearTimeout(tooLate);
  removeDist(dist);
  const pid = Number.parseInt(said, 10);
  process.kill(pid, 'SIGKILL');
  expect([said, parent.exitCode]).toEqual([`${pid}\ngiven up\n`, 0]);
  expect(log).toContain(`"pid":${pid}`);
});
