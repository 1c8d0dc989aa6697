import { afterAll, beforeAll, expect, it } from 'vitest';
import { pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { watchProcess } from '../viewer.ts';
import { lookAtRoles, pause, rssMib, say } from './figures.ts';

const MAX_GROWTH_MIB = 32;
let daemon: Daemon;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start({ args: ['--tick-share=100'] });
});
afterAll(() => daemon.stop());

/** Arrived looks: ticks and changes. */
function looks(arrived: readonly string[]): number {
  return arrived.filter((type) => type === 'tick' || type === 'delta' || type === 'snapshot').length;
}

it('sixteen viewers of 65,000 mappings at ten looks a second all get them', async () => {
  const many = await Fixture.start('many', '65000');
  const viewers = await Promise.all(Array.from({ length: 16 }, () => watchProcess(daemon, many.pid, 10)));
  const before = viewers.map(({ arrived }) => looks(arrived));
  const seconds = 10;
  await many.command(`flip 1000 ${seconds * 1000}`);
  await pause(seconds * 1000);
  const got = viewers.map(({ arrived }, i) => looks(arrived) - (before[i] ?? 0));
  const { reader, web } = lookAtRoles(daemon.pid);
  say(
    `16 viewers, 65,000 mappings, 1,000 changes a second: ${Math.min(...got) / seconds} to ${Math.max(...got) / seconds} looks a second each; reader ${reader.rssMib.toFixed(0)} MiB, web ${web.rssMib.toFixed(0)} MiB`,
  );
  expect(viewers.every(({ isOpen }) => isOpen)).toBe(true);
  expect(Math.min(...got)).toBeGreaterThan(0);
  // No viewer is favoured, but looks arrive at different moments if this program reads them slowly.
  expect(Math.min(...got)).toBeGreaterThanOrEqual(Math.max(...got) / 2);
  for (const viewer of viewers) await viewer.close();
  await many.stop();
});

it('a viewer that does not read for a minute costs less than 32 MiB, and the others nothing', async () => {
  const many = await Fixture.start('many', '65000');
  const [slow, other] = await Promise.all([watchProcess(daemon, many.pid, 10), watchProcess(daemon, many.pid, 10)]);
  await many.command('flip 1000 75000');
  await pause(10_000);
  const { web } = pidsOf(daemon.pid);
  // The maximum over a while, since uncollected garbage makes memory go up and down.
  const most = async (seconds: number): Promise<number> => {
    let mib = 0;
    for (let i = 0; i < seconds * 2; i++) {
      mib = Math.max(mib, rssMib(web));
      await pause(500);
    }
    return mib;
  };
  const before = await most(5);
  const gotBefore = looks(other.arrived);
  slow.pause();
  const growth = (await most(60)) - before;
  const perSecond = (looks(other.arrived) - gotBefore) / 60;
  say(
    `a viewer that does not read for 60 s: web ${before.toFixed(0)} MiB before, ${growth.toFixed(1)} MiB more at most; the other one had ${perSecond.toFixed(1)} looks a second`,
  );
  expect(growth).toBeLessThan(MAX_GROWTH_MIB);
  expect(perSecond).toBeGreaterThan(0.5);
  expect(other.isOpen).toBe(true);
  await other.close();
  slow.resume();
  await many.stop();
});
