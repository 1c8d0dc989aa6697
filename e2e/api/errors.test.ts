import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Tree } from '../tree.ts';

/** Errors have a status, a machine word and a sentence that says what to do, and nothing else is affected. */
let daemon: Daemon;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});

afterAll(async () => {
  await daemon.stop();
});

async function answer(path: string, from = daemon): Promise<{ status: number; error: string; message: string }> {
  const response = await from.get(path);
  const body = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(body).sort()).toEqual(['error', 'message']);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return { status: response.status, error: String(body['error']), message: String(body['message']) };
}

interface ListedProcess {
  readonly pid: number;
  readonly kernel_thread: boolean;
}

describe('the map of', () => {
  it.each(['0', '01', '-1', '+1', '1e3', '0x1', ' 1', '1 ', '1%2f..%2fself', '..', '%2e%2e', 'self', 'NaN', '1.0', '１', '12345678901'])(
    'an invalid pid (%j) is refused',
    async (pid) => {
      const path = `/api/processes/${pid.replaceAll(' ', '%20')}/map`;
      const { status, error } = await answer(path);
      // `..` resolves to another path, where there is nothing.
      expect(pid.replaceAll('%2e', '.') === '..' ? [404, 'not_found'] : [400, 'bad_pid']).toEqual([status, error]);
    },
  );

  it.each([4_194_304, 4_194_305, 4_294_967_296])('a pid that no process has (%i) is not found', async (pid) => {
    const { status, error, message } = await answer(`/api/processes/${pid}/map`);
    expect([status, error]).toEqual([404, 'not_found']);
    expect(message).toContain(`there is no process ${pid}`);
  });

  it('a process that has vanished is not found', async () => {
    const child = spawn('true');
    const pid = child.pid ?? 0;
    await once(child, 'exit');
    expect(await answer(`/api/processes/${pid}/map`)).toEqual({ status: 404, error: 'not_found', message: `there is no process ${pid}` });
  });

  it('a zombie names the parent that has to collect it', async () => {
    const zombie = await Fixture.start('zombie');
    try {
      const [parent = '', child = ''] = zombie.ready;
      const { status, error, message } = await answer(`/api/processes/${child}/map`);
      expect([status, error]).toEqual([409, 'zombie']);
      expect(message).toContain(`its parent ${parent}`);
    } finally {
      await zombie.stop();
    }
  });

  it('a kernel thread says that it has no user address space', async (context) => {
    const thread = (await daemon.json<ListedProcess[]>('/api/processes')).find(({ kernel_thread }) => kernel_thread);
    if (thread === undefined) return context.skip('no kernel thread can be seen here: a pid namespace hides them');
    const { status, error, message } = await answer(`/api/processes/${thread.pid}/map`);
    expect([status, error]).toEqual([409, 'kernel_thread']);
    expect(message).toContain('no user address space');
  });

  it('another user’s process says to run as root', async () => {
    // As root, use another daemon without rights; otherwise process 1 is always unreadable.
    const tree = new Tree();
    const root = process.getuid?.() === 0;
    const other = root ? await Daemon.start({ procmap: tree.procmap, uid: 1234 }) : daemon;
    try {
      const pid = root ? process.pid : 1;
      const { status, error, message } = await answer(`/api/processes/${pid}/map`, other);
      expect([status, error]).toEqual([403, 'no_permission']);
      const { container } = await other.json<{ container: boolean }>('/api/system');
      const what = container ? 'in a container started with --cap-add SYS_PTRACE' : '(sudo)';
      expect(message).toBe(`no permission to read process ${pid}: run procmap as root ${what} to read processes of other users`);
      // It can read its own user's processes.
      expect((await other.get(`/api/processes/${other.pid}/map`)).status).toBe(200);
    } finally {
      if (root) await other.stop();
      tree.dispose();
    }
  });

  it('a process is refused without a session or token, and with a wrong one', async () => {
    const path = `${daemon.address}/api/processes/${process.pid}/map`;
    expect((await fetch(path)).status).toBe(401);
    expect((await fetch(path, { headers: { authorization: `Bearer ${daemon.token.slice(1)}` } })).status).toBe(401);
  });
});

describe('an unknown path', () =>
  it.each(['/api', '/api/', '/api/processes/1', '/api/processes/1/maps', '/api/nothing', '/nothing', '/assets/', '/%2e%2e/%2e%2e/etc/passwd'])(
    '(%s) is not found',
    async (path) => {
      const { status, error } = await answer(path);
      expect([status, error]).toEqual([404, 'not_found']);
    },
  ));

describe('after all of that', () =>
  it('the daemon answers as before', async () => {
    expect(await daemon.json('/healthz')).toEqual({ status: 'ok' });
    expect((await daemon.get(`/api/processes/${process.pid}/map`)).status).toBe(200);
  }));
