import { once } from 'node:events';
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, Daemon, PROCMAP, run } from '../daemon.ts';
import { enter, fetchFrom, keyOf, requestBytes, type Session } from '../http.ts';
import { asOutsider, callAsOutsider, OUTSIDER_UID, otherUser, spawnAsOutsider } from '../outsider.ts';

const PATHS = ['/', '/healthz', '/api/processes', '/api/system', '/api/processes/1/map', '/api/kernel.csv', '/nothing'];

/** Control folder of that user's daemons if the environment names none. */
const OUTSIDER_FOLDER = `/tmp/procmap-${OUTSIDER_UID}`;
const THIRD_UID = 4322;

/** Holds 100 silent connections to a port open, and replaces each that ends. */
const FLOOD = `
const { connect } = require('node:net');
let begun = 0;
const open = () => {
  let wait = 0;
  connect(Number(process.argv[1]), '127.0.0.1')
    .on('connect', () => { if (++begun === 100) process.stdout.write('open'); })
    .on('error', () => { wait = 20; })
    .on('close', () => setTimeout(open, wait))
    .resume();
};
for (let i = 0; i < 100; i++) open();`;

/** Status and error word that another user gets for each path. */
async function askedByOutsider(daemon: Daemon, headers: Readonly<Record<string, string>>, paths = PATHS): Promise<string[]> {
  const answers: string[] = [];
  for (const path of paths) {
    const all = await callAsOutsider({ port: daemon.port, host: '127.0.0.1' }, requestBytes('GET', path, { host: new URL(daemon.origin).host, ...headers }));
    answers.push(`${/^HTTP\/1\.1 ([0-9]+)/.exec(all)?.[1] ?? all} ${/"error":"([a-z_]+)"/.exec(all)?.[1] ?? ''}`.trim());
  }
  return answers;
}

describe.skipIf(otherUser === null)('another user of this machine', () => {
  let daemon: Daemon;
  let session: Session;

  beforeAll(async () => {
    daemon = await Daemon.start();
    session = await enter(daemon.link);
  });
  afterAll(() => daemon.stop());

  it('gets nothing, whatever was stolen', async () => {
    const refused = PATHS.map(() => '403 wrong_user');
    expect(await askedByOutsider(daemon, {})).toEqual(refused);
    expect(await askedByOutsider(daemon, { ...session })).toEqual(refused);
    expect(await askedByOutsider(daemon, { authorization: `Bearer ${daemon.token}` })).toEqual(refused);
    // A browser gets a page that says so, and how to get access.
    const asked = { host: `127.0.0.1:${daemon.port}`, accept: 'text/html', ...session };
    const page = await callAsOutsider({ port: daemon.port, host: '127.0.0.1' }, requestBytes('GET', '/', asked));
    expect(page).toMatch(/^HTTP\/1\.1 403 /);
    expect(page).toContain(`It does not accept connections from user ${OUTSIDER_UID}.`);
    expect(page).toMatch(/<code>sudo \S+\/procmap open<\/code>/);
    // Nor does it reveal the page's name.
    const way = await callAsOutsider({ port: daemon.port, host: '127.0.0.1' }, requestBytes('GET', '/', { host: `127.0.0.1:${daemon.port}` }));
    expect(way).toMatch(/^HTTP\/1\.1 403 /);
    expect(way).not.toContain('.localhost');
    // The owner's access continues.
    expect((await fetchFrom(daemon.origin, '/api/system', { headers: { ...session } })).status).toBe(200);
  });

  it('cannot use a link, nor use it up', async () => {
    const link = await daemon.freshLink();
    const { host } = new URL(daemon.origin);
    const bytes = requestBytes('POST', '/api/session', { host, 'content-type': 'application/json' }, JSON.stringify({ key: keyOf(link) }));
    expect(await callAsOutsider({ port: daemon.port, host: '127.0.0.1' }, bytes)).toContain('wrong_user');
    await enter(link);
  });

  it('cannot open the stream', async () => {
    const host = `127.0.0.1:${daemon.port}`;
    const upgrade = { host, origin: `http://${host}`, upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const bytes = requestBytes('GET', '/api/stream', { ...upgrade, cookie: session.cookie }).replace('connection: close', 'connection: Upgrade');
    expect(await callAsOutsider({ port: daemon.port, host: '127.0.0.1' }, bytes)).toMatch(/^HTTP\/1\.1 403 [^]*wrong_user/);
  });

  it('cannot lock others out by opening connections', async () => {
    const flood = spawnAsOutsider(FLOOD, String(daemon.port));
    try {
      // By now all of the flood's connections have been opened.
      await once(flood.stdout, 'data');
      for (let request = 0; request < 20; request++)
        expect((await fetchFrom(daemon.origin, '/api/system', { headers: { ...session, connection: 'close' } })).status).toBe(200);
    } finally {
      flood.kill();
      await once(flood, 'exit');
    }
  });

  it('finds no key where processes show what they know', async () => {
    const secrets = [daemon.token, session.cookie.split('=')[1] ?? '', session['x-procmap-key'], keyOf(daemon.link)];
    expect(secrets.every((secret) => secret.length > 40)).toBe(true);
    for (const pid of [daemon.pid, ...childrenOf(daemon.pid)]) {
      const shown = [readFileSync(`/proc/${pid}/cmdline`, 'latin1'), readFileSync(`/proc/${pid}/environ`, 'latin1')].join('\n');
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
      expect(await asOutsider(['cat', `/proc/${pid}/environ`])).toContain('Permission denied');
    }
    expect(await asOutsider(['cat', daemon.tokenFile])).toContain('Permission denied');
  });

  it('learns of root’s daemon even if a third user has taken their folder', async () => {
    rmSync(OUTSIDER_FOLDER, { recursive: true, force: true });
    mkdirSync(OUTSIDER_FOLDER, { mode: 0o700 });
    try {
      chownSync(OUTSIDER_FOLDER, THIRD_UID, THIRD_UID);
      const command = `run: sudo ${PROCMAP} open --port=${daemon.port}`;
      expect(await asOutsider([PROCMAP, 'open', `--port=${daemon.port}`])).toBe(`procmap: root's procmap is running; for a link of it ${command}\n`);
      expect(await asOutsider([PROCMAP, 'open', '--port=1'])).toBe(
        `procmap: ${OUTSIDER_FOLDER} belongs to somebody else, so links from it cannot be trusted; root or its owner has to remove it; until then set XDG_RUNTIME_DIR to a folder of your own, and start the daemon there\n`,
      );
    } finally {
      rmSync(OUTSIDER_FOLDER, { recursive: true });
    }
  });

  it('cannot ask for a link', async () => {
    const command = `run: sudo ${PROCMAP} open --port=${daemon.port}`;
    expect(await asOutsider([PROCMAP, 'open', `--port=${daemon.port}`])).toBe(`procmap: root's procmap is running; for a link of it ${command}\n`);
    expect(await asOutsider([PROCMAP, 'serve', `--port=${daemon.port}`])).toContain(`is in use by root's procmap already; for its link ${command};`);
    const [door = ''] = readdirSync('/run/procmap').filter((name) => name === `${daemon.port}.sock`);
    expect(door).not.toBe('');
    expect(await callAsOutsider({ path: `/run/procmap/${door}` }, '\n')).toBe('EACCES');
  });
});

describe.skipIf(otherUser === null)('the accepted user', () => {
  it('can be set, and still needs a key', async () => {
    const daemon = await Daemon.start({ args: [`--peer-uid=${OUTSIDER_UID}`] });
    try {
      const authorization = `Bearer ${daemon.token}`;
      expect(await askedByOutsider(daemon, { authorization }, ['/api/system'])).toEqual(['200']);
      expect(await askedByOutsider(daemon, {}, ['/healthz', '/api/system'])).toEqual(['200', '401 no_session']);
    } finally {
      await daemon.stop();
    }
  });

  it('can be anybody', async () => {
    const daemon = await Daemon.start({ args: ['--peer-uid=any'] });
    try {
      expect(await askedByOutsider(daemon, { ...(await enter(daemon.link)) }, ['/api/system'])).toEqual(['200']);
      expect(await askedByOutsider(daemon, {}, ['/api/system', '/api/processes/1/map'])).toEqual(['401 no_session', '401 no_session']);
    } finally {
      await daemon.stop();
    }
  });

  it('is the caller of sudo', async () => {
    const daemon = await Daemon.start({ env: { SUDO_UID: String(OUTSIDER_UID) } });
    try {
      expect(await askedByOutsider(daemon, { authorization: `Bearer ${daemon.token}` }, ['/api/system'])).toEqual(['200']);
    } finally {
      await daemon.stop();
    }
  });

  it('of a root shell’s daemon is also the caller of `sudo procmap open`', async () => {
    const daemon = await Daemon.start();
    try {
      const headers = { authorization: `Bearer ${daemon.token}` };
      expect(await askedByOutsider(daemon, headers, ['/api/system'])).toEqual(['403 wrong_user']);
      const { stdout } = await run([PROCMAP, 'open', `--port=${daemon.port}`], { SUDO_UID: String(OUTSIDER_UID) });
      expect(stdout).toContain('/#k=');
      expect(await askedByOutsider(daemon, headers, ['/api/system'])).toEqual(['200']);
    } finally {
      await daemon.stop();
    }
  });

  it('does not change if `sudo procmap open` prints no link, since several daemons run', async () => {
    const daemons = [await Daemon.start(), await Daemon.start()];
    try {
      const { status, stderr } = await run([PROCMAP, 'open'], { SUDO_UID: String(OUTSIDER_UID) });
      expect([status, stderr]).toEqual([1, expect.stringContaining('choose one') as string]);
      for (const daemon of daemons)
        expect(await askedByOutsider(daemon, { authorization: `Bearer ${daemon.token}` }, ['/api/system'])).toEqual(['403 wrong_user']);
    } finally {
      for (const daemon of daemons) await daemon.stop();
    }
  });

  it('is the user whose daemon it is, for whom sudo finds it too', async () => {
    const daemon = await Daemon.start({ uid: OUTSIDER_UID, env: { XDG_RUNTIME_DIR: '' } });
    try {
      await daemon.freshLink();
      const { stdout, stderr } = await run([PROCMAP, 'open', `--port=${daemon.port}`], { SUDO_UID: String(OUTSIDER_UID) });
      expect([stderr, stdout]).toEqual(['', expect.stringMatching(new RegExp(`^${daemon.origin}/#k=[\\w-]{43}\n$`)) as string]);
      // Root's own shell belongs to no other user.
      expect((await run([PROCMAP, 'open', `--port=${daemon.port}`])).stderr).toContain(`no daemon is running at port ${daemon.port}`);
    } finally {
      await daemon.stop();
      rmSync(OUTSIDER_FOLDER, { recursive: true });
    }
  });

  it('is the user who started it, and root', async () => {
    const daemon = await Daemon.start({ uid: OUTSIDER_UID });
    try {
      const headers = { authorization: `Bearer ${daemon.token}` };
      expect(await askedByOutsider(daemon, headers, ['/api/system'])).toEqual(['200']);
      expect((await daemon.get('/api/system')).status).toBe(200);
    } finally {
      await daemon.stop();
    }
  });
});
