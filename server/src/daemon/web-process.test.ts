import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { makeDist, removeDist } from '../../test/daemon-client.ts';
import { ARGS, Daemons, retry, until } from './daemons.fixture.ts';

const daemons = new Daemons();
let proc: FakeProc;

beforeAll(() => {
  proc = new FakeProc();
  proc.write(40, { maps: mapsLine(16, 1) });
});

afterAll(() => proc.dispose());

describe('a web process', () => {
  it('runs without a way to more rights, and sees only its own files', async () => {
    const daemon = daemons.start();
    const status = await (await fetch(`${await daemon.origin()}/status`)).text();
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it('that dies is started again at the same port, with a new link of a new name on stdout and a reader', async () => {
    const daemon = daemons.start();
    const [first] = await daemon.lines(1);
    await daemon.get('/crash').catch(() => undefined);
    const [, second] = await daemon.lines(2);
    // The port was free for a moment, so the name is new.
    const [before, after] = [first, second].map((link) => new URL(link ?? ''));
    expect([after?.port, after?.hash]).toEqual([before?.port, before?.hash]);
    expect(after?.hostname).not.toBe(before?.hostname);
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
  });

  it.each([null, { type: 'listening', port: '../../tmp/x', key: 'k' }, { type: 'minted', request: 1, key: '\u001b]0;x' }])(
    'that says %j is killed and restarted',
    async (message) => {
      const daemon = daemons.start();
      await daemon.lines(1);
      await daemon.get(`/say?${encodeURIComponent(JSON.stringify(message))}`).catch(() => undefined);
      expect(await daemon.lines(2)).toHaveLength(2);
      expect(daemon.log).toContain('it sent an unknown message');
      expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
    },
  );

  it('that dies while it starts again is started once more', async () => {
    const own = makeDist();
    const daemon = daemons.startFrom(own, ARGS);
    await daemon.lines(1);
    const web = join(own, 'web.js');
    const good = readFileSync(web);
    writeFileSync(web, 'process.exit(9);');
    await daemon.get('/crash').catch(() => undefined);
    await until(() => daemon.log.includes('exit status 9'), 10_000);
    writeFileSync(web, good);
    await daemon.lines(2);
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
    expect(await daemon.stop()).toBe(0);
    removeDist(own);
  });

  it('that only listens after it was told to end is not announced', async () => {
    const own = makeDist();
    const listening = { type: 'listening', port: 4242, key: 'k'.repeat(43) };
    const late = `process.on('message', ({ type }) => {
  if (type === 'config') process.stderr.write('it starts\\n');
  if (type === 'shutdown') process.send(${JSON.stringify(listening)}, () => setTimeout(process.exit, 200, 0));
});`;
    writeFileSync(join(own, 'web.js'), late);
    const token = join(own, 'token');
    const daemon = daemons.startFrom(own, [...ARGS, `--token-file=${token}`]);
    await until(() => daemon.log.includes('it starts'), 10_000);
    expect(await daemon.stop()).toBe(0);
    expect([daemon.out, existsSync(token)]).toEqual(['', false]);
    expect(daemon.log).not.toContain('listening');
    removeDist(own);
  });

  it('that keeps dying ends the daemon', async () => {
    const daemon = daemons.start();
    for (let deaths = 1; deaths <= 6; deaths++) {
      await daemon.lines(deaths);
      await daemon.get('/crash').catch(() => undefined);
    }
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toMatch(/^procmap: the web process ended 6 times in 30 s/m);
  });
});
