import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon, type Ended, PROCMAP, run, sentences } from '../daemon.ts';
import { fetchFrom } from '../http.ts';
import { NODE, Tree } from '../tree.ts';

/** If procmap cannot run, it ends with one line that names the problem and the remedy. */
function expectOneLine({ status, stdout, stderr }: Ended, exitStatus: number, line: string | RegExp): void {
  expect(stdout).toBe('');
  expect(sentences(stderr)).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  expect(status).toBe(exitStatus);
}

const LOOPBACK = ['127.0.0.1', ...(JSON.stringify(networkInterfaces()).includes('"::1"') ? ['::1'] : [])];

describe('a port in use', () => {
  // A browser may use either address for the name in a link, so a program at the other one would get the link.
  it.each(LOOPBACK)('is named, and another can be chosen: at %s', async (host) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, host, resolve));
    const address = holder.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const ended = await run([PROCMAP, 'serve', `--port=${port}`, '--unsafe-path']);
    holder.close();
    expectOneLine(ended, 1, `procmap: port ${port} is in use; choose another with --port=N, or --port=0 for any free one`);
  });

  it('by another procmap leaves that one alone', async () => {
    const daemon = await Daemon.start();
    try {
      const ended = await run([PROCMAP, 'serve', `--port=${daemon.port}`, '--unsafe-path']);
      const link = `for its link run: ${PROCMAP} open --port=${daemon.port};`;
      expectOneLine(
        ended,
        1,
        `procmap: port ${daemon.port} is in use by procmap already; ${link} or choose another with --port=N, or --port=0 for any free one`,
      );
      expect(await daemon.json('/healthz')).toEqual({ status: 'ok' });
      expect(await daemon.freshLink()).toContain(`:${daemon.port}/#k=`);
    } finally {
      await daemon.stop();
    }
  });
});

it.each(['127.0.0.2', '::1', 'localhost'])('the link of --host=%s leads to a page', async (host) => {
  const daemon = await Daemon.start({ args: [`--host=${host}`] });
  try {
    expect((await fetchFrom(daemon.origin, '/')).status).toBe(200);
    expect(await daemon.json('/api/system')).toHaveProperty('arch');
  } finally {
    await daemon.stop();
  }
});

describe('a checkout', () => {
  let tree: Tree;
  beforeAll(() => {
    tree = new Tree();
  });
  afterAll(() => tree.dispose());

  const serve = (): Promise<Ended> => run([tree.procmap, 'serve', '--port=0', '--unsafe-path']);

  /** Hides a part while `look` runs. */
  async function without(path: string, look: () => Promise<void>): Promise<void> {
    tree.hide(path);
    try {
      await look();
    } finally {
      tree.show(path);
    }
  }

  it('that is whole serves, from any folder and whatever Node is on PATH', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-path-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    const daemon = await Daemon.start({ procmap: tree.procmap, env: { PATH: `${folder}/bin:/usr/bin:/bin` } });
    try {
      expect(await daemon.json('/healthz')).toEqual({ status: 'ok' });
    } finally {
      await daemon.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('without its Node says to build', async () => {
    await without(NODE, async () => expectOneLine(await serve(), 1, `procmap: Node is missing in ${tree.root}/.toolchain; run 'make build' in ${tree.root}`));
  });

  it('without its daemon says to build', async () => {
    await without('server/dist/main.js', async () =>
      expectOneLine(await serve(), 1, `procmap: ${tree.root}/server/dist/main.js is missing; run 'make build' in ${tree.root}`),
    );
  });

  it.each(['server/dist/reader.js', 'server/dist/web.js', 'web/dist/index.html'])('without its %s says to build', async (path) => {
    await without(path, async () => expectOneLine(await serve(), 1, `procmap: ${tree.root}/${path} is missing; run 'make build'`));
  });

  it.each([
    ['server/dist/web-app.cjs', 'server/dist/web-app.cjs is missing'],
    ['web/dist', 'web/dist/index.html is missing'],
  ])('without its %s does not serve half a page', async (path, what) => {
    await without(path, async () => expectOneLine(await serve(), 1, `procmap: ${tree.root}/${what}; run 'make build'`));
  });
});

describe('a Node that is too old', () => {
  const main = join(import.meta.dirname, '..', '..', 'server', 'dist', 'main.js');
  const sentence = (version: string): string =>
    `procmap: this Node is ${version}, and procmap needs 24 or later; run 'make build', then node_modules/.bin/procmap brings its own`;

  it('is told its version', async () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process.versions, "node", { value: "22.11.0" })';
    expectOneLine(await run([process.execPath, '--import', pretend, main, 'serve', '--port=0', '--unsafe-path']), 1, sentence('22.11.0'));
  });

  it('of this machine is told its version', async (context) => {
    const node = '/usr/bin/node';
    const version = existsSync(node) ? (await run([node, '--version'])).stdout.trim().slice(1) : '';
    if (version === '' || Number.parseInt(version, 10) >= 24) return context.skip('no old Node here');
    expectOneLine(await run([node, main, 'serve', '--port=0', '--unsafe-path']), 1, sentence(version));
  });
});

describe('arguments that make no sense', () =>
  it.each([
    [['serve', '--port=99999'], /^procmap: --port must be a number from 0 to 65535, not '99999'/],
    [['serve', '--nonsense'], /^procmap: unknown option '--nonsense'/],
    [['nonsense'], /^procmap: unknown command 'nonsense'/],
    [[], /^procmap: say what to do: procmap serve/],
  ])('%j are a usage error', async (args, line) => {
    const ended = await run([PROCMAP, ...args]);
    expectOneLine(ended, 2, line);
    expect(ended.stderr).toContain('--help');
  }));

it('a daemon runs with as few files open at once as it says it needs', async () => {
  const daemon = await Daemon.start({ within: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'] });
  try {
    expect(await daemon.json('/api/processes')).toBeInstanceOf(Array);
    expect((await fetchFrom(daemon.origin, '/')).status).toBe(200);
  } finally {
    await daemon.stop();
  }
});

describe('a daemon', () =>
  it('has written its token for its user alone before it answers, and ends quietly', async () => {
    const daemon = await Daemon.start();
    expect(statSync(daemon.tokenFile).mode & 0o777).toBe(0o600);
    expect(await daemon.stop()).toBe(0);
    await expect(fetch(daemon.address)).rejects.toThrow();
  }));

describe.runIf(process.getuid?.() === 0)('what root runs or serves', () => {
  it.each(['server/dist', 'server/dist/main.js', 'server/bin/procmap', 'web', 'web/dist', 'web/dist/index.html', 'web/dist/assets'])(
    'is refused if %s belongs to another user',
    async (part) => {
      // Not below /tmp, which everybody can write.
      const tree = new Tree('/root');
      try {
        expect(existsSync(join(tree.root, part))).toBe(true);
        chownSync(join(tree.root, part), 1234, 1234);
        const { status, stdout, stderr } = await run([tree.procmap, 'serve', '--port=0']);
        expect([status, stdout]).toEqual([1, '']);
        expect(stderr).toContain(`users other than root can write to ${join(tree.root, part)},`);
      } finally {
        tree.dispose();
      }
    },
  );
});
