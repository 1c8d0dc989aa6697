import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../server/src/options.ts';
import { buildFixtures } from '../fixtures/fixture.ts';
import { canArrive, Newcomer } from './newcomer.ts';
import { INSTEAD, NOT_RUN } from './not-run.ts';
import { shownCommands } from './shown-commands.ts';

/** Seen on two busy cores: three minutes for all. */
const TIME_LIMIT_MS = 300_000;
const SERVES = /^(sudo )?(make run|\S+ serve )/;

// In reading order: each command runs after the ones above it.
describe.runIf(canArrive)('a newcomer can type', { timeout: TIME_LIMIT_MS }, () => {
  let newcomer: Newcomer;
  beforeAll(async () => {
    buildFixtures();
    newcomer = await Newcomer.arrive();
  }, TIME_LIMIT_MS);
  afterAll(() => newcomer.leave());

  async function type(commands: readonly string[]): Promise<void> {
    const words = commands.map((each) => (NOT_RUN.has(each) ? (INSTEAD.get(each) ?? '') : each.replaceAll('1234', newcomer.pid))).filter((each) => each !== '');
    const serving = words.find((each) => SERVES.test(`${each} `));
    if (serving !== undefined) await newcomer.serve(serving);
    const rest = words.filter((each) => each !== serving).join('\n');
    if (rest !== '') expect(await newcomer.type(rest)).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/error|denied/i) as string });
  }

  for (const { readme, blocks } of shownCommands()) {
    const run = blocks.filter((commands) => commands.some((each) => !NOT_RUN.has(each)));
    if (run.length > 0) it.each(run.map((commands) => [commands.join('; '), commands] as const))(`${readme}: %s`, (_, commands) => type(commands));
  }

  it('and Prometheus can read the token then, which is the service’s', async () => {
    const { stdout } = await newcomer.type(
      'sudo cat /etc/procmap/token; sudo setpriv --reuid=prometheus --clear-groups cat /etc/prometheus/procmap-token; cat /etc/default/procmap',
    );
    const [token = '', copy, options = ''] = stdout.split('\n');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(copy).toBe(token);
    const { status } = await newcomer.type('cat /etc/procmap/token');
    expect(status).not.toBe(0);
    expect(parseOptions(['serve', ...options.replace('PROCMAP_OPTIONS=', '').split(' ')])).toMatchObject({
      metricsMatch: [expect.anything()],
      peerUids: [4322],
    });
  });

  it('commands within texts, too', async () => {
    const link = /^http:\/\/\S+\.localhost:8642\/#k=\S+\n$/;
    await newcomer.serve('sudo make run');
    expect((await newcomer.type('sudo node_modules/.bin/procmap open')).stdout).toMatch(link);
    await newcomer.serve('sudo make run ARGS=--plain-origin');
    expect((await newcomer.type('sudo procmap open')).stdout).toMatch(/^http:\/\/127\.0\.0\.1:8642/);
    expect(await newcomer.serve('sudo make run ARGS=--port=9000')).toContain('localhost:9000/');
    expect(await newcomer.serve('sudo make run ARGS=--peer-uid=1000')).toContain('localhost:8642/');
    expect(await newcomer.type('sudo make uninstall; ! command -v procmap')).toMatchObject({ status: 0 });
  });
});
