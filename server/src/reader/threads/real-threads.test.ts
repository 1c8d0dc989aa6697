import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { otherUser } from '../../../test/other-user.ts';
import { FakeProc } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { found, knownThread, Looker } from './threads.fixture.ts';

const startFixture = useFixtures();
/** Until a thread waits that has just said that it is ready. */
const STILL_MS = 50;
/** Without a limit of time: a busy machine must not fail a test. */
const ANY_MS = Infinity;

describe('threads of a real process', () => {
  it('are found by three looks, 300 of 300, and then no file is opened', async () => {
    const { pid, printed } = await startFixture('threads', '300');
    const known = printed.map(knownThread);
    const looker = new Looker(pid);
    await looker.look(ANY_MS);
    await setTimeout(STILL_MS);
    await looker.look(ANY_MS);
    const evidence = await looker.look(ANY_MS);
    expect(found(evidence, known)).toHaveLength(300);
    expect(evidence).toMatchObject({ guards: [], left: 0, denied: '' });
    expect(evidence.threads).toHaveLength(301);
    for (let i = 0; i < 5; i++) {
      await looker.look();
      expect(looker.opened).toBe(0);
    }
  });

  it('are found by three looks, 759 of 759, each within its number of files', async () => {
    const { pid, printed } = await startFixture('threads', '759');
    const known = printed.map(knownThread);
    const looker = new Looker(pid);
    await setTimeout(STILL_MS);
    for (let i = 0; i < 3; i++) {
      await looker.look(ANY_MS);
      expect(looker.opened).toBeLessThan(260);
    }
    expect(found(looker.threads.evidence, known).length).toBeGreaterThan(0.99 * 759);
  });

  it('that begin, end and are renamed, with any name', async () => {
    const fixture = await startFixture('threads', '2');
    const looker = new Looker(fixture.pid);
    await looker.look(ANY_MS);
    const started = knownThread(await fixture.command('start'));
    // It may still run for a while.
    await expect.poll(async () => found(await looker.look(ANY_MS), [started])).toEqual([started]);
    await fixture.command('rename \x1b[31m) R \u202e');
    const again = new Looker(fixture.pid);
    const { threads } = await again.look(ANY_MS);
    expect(threads.find(({ tid }) => tid === started.tid)?.comm).toBe('\\x1b[31m) R \\u{202e}');
    await fixture.command('end');
    // Threads are not listed again right after a list.
    await expect.poll(async () => (await looker.look(ANY_MS)).threads.map(({ tid }) => tid)).not.toContain(started.tid);
  });

  it('whose first one has ended', async () => {
    const fixture = await startFixture('threads', '3');
    const known = fixture.printed.map(knownThread);
    await fixture.command('leave');
    const evidence = await new Looker(fixture.pid).look(ANY_MS);
    expect(found(evidence, known)).toHaveLength(3);
    expect(evidence.threads.find(({ tid }) => tid === fixture.pid)).toMatchObject({ stackPage: null });
  });

  it('that only compute have no stack, and are seldom asked', async () => {
    const fixture = await startFixture('threads', '1');
    await fixture.command('spin 4');
    const looker = new Looker(fixture.pid);
    let opened = 0;
    for (let i = 0; i < 50; i++) {
      await looker.look(ANY_MS);
      if (i > 3) opened += looker.opened;
    }
    expect(looker.threads.size).toBe(6);
    // Four at each look would be 184.
    expect(opened).toBeLessThan(40);
  });

  it('with guard pages in one mapping: their places', async ({ skip }) => {
    const fixture = await startFixture('threads', '1');
    fixture.send('guards 8');
    const lines: string[] = [];
    for (let line = ''; !/^(guarded|unsupported)/.test(line);) lines.push((line = await fixture.line()));
    skip(lines.at(-1) === 'unsupported', 'this kernel has no MADV_GUARD_INSTALL');
    const stacks = lines.slice(0, -1).map(knownThread);
    await setTimeout(STILL_MS);
    const looker = new Looker(fixture.pid);
    const evidence = await looker.look(ANY_MS);
    expect(found(evidence, stacks)).toHaveLength(8);
    expect(evidence.guards).toEqual(stacks.map(({ low }) => ({ start: low - 1, end: low })).toSorted((a, b) => a.start - b.start));
    await looker.look();
    expect([looker.opened, looker.threads.evidence]).toEqual([0, evidence]);
  });
});

describe('the reader', () => {
  it('tells of threads when they are wanted and have changed, and of those of the next program', async () => {
    const fixture = await startFixture('threads', '5');
    const reader = new ReaderClient();
    const ask = async (more: object) => {
      const { head } = await reader.ask({ op: 'map', pid: fixture.pid, ...more });
      if (head.status !== 'map' && head.status !== 'unchanged') throw new Error(JSON.stringify(head));
      return head;
    };
    try {
      const silent = await ask({ etag: null });
      expect(silent.threads).toBeUndefined();
      // Unchanged, but its threads are new to the client.
      let news = await ask({ etag: silent.etag, threads: 0 });
      expect(news.status).toBe('unchanged');
      for (let i = 0; i < 50 && news.threads !== undefined; i++) {
        const { version } = news.threads;
        const next = await ask({ etag: news.etag, threads: version });
        if (next.threads === undefined) break;
        news = next;
      }
      expect(found(news.threads ?? { threads: [], guards: [], left: 0, denied: '' }, fixture.printed.map(knownThread))).toHaveLength(5);
      const old = news.threads?.version ?? 0;
      expect((await ask({ etag: news.etag, threads: 0 })).threads?.version).toBe(old);
      fixture.send('exec');
      await fixture.untilReady();
      const after = await ask({ etag: news.etag, threads: old });
      expect(after).toMatchObject({ status: 'map', threads: { threads: [{ tid: fixture.pid }] } });
    } finally {
      await reader.stop();
    }
  });

  it.skipIf(otherUser === null)('says what to do where yama hides stack pointers; the map is read nevertheless', async () => {
    const fake = new FakeProc();
    const reader = new ReaderClient({ procRoot: fake.root, prefix: otherUser ?? [] });
    try {
      fake.write(7, { maps: '00400000-00401000 rw-p 00000000 00:00 0 \n', threads: 1 });
      mkdirSync(fake.path(7, 'task/7'), { recursive: true });
      writeFileSync(fake.path(7, 'task/7/comm'), 'fake\n');
      writeFileSync(fake.path(7, 'task/7/syscall'), '');
      chmodSync(fake.path(7, 'task/7/syscall'), 0);
      mkdirSync(`${fake.root}/sys/kernel/yama`, { recursive: true });
      writeFileSync(`${fake.root}/sys/kernel/yama/ptrace_scope`, '1\n');
      expect((await reader.ask({ op: 'map', pid: 7, etag: null, threads: 0 })).head).toMatchObject({
        status: 'map',
        threads: {
          threads: [{ tid: 7, comm: 'fake', stackPage: null }],
          denied: expect.stringMatching(/kernel\.ptrace_scope is 1 \(yama\); .*root/) as string,
        },
      });
    } finally {
      await reader.stop();
      fake.dispose();
    }
  });
});
