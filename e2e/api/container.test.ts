import { execFileSync } from 'node:child_process';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTAINER_CAPABILITIES, OWN_NAMESPACES, withCapabilities } from '../container.ts';
import { Daemon } from '../daemon.ts';
import { enter, fetchFrom } from '../http.ts';
import type { SystemRights } from '../rights.ts';
import { Tree } from '../tree.ts';

const NAME = `procmap-${process.pid}`;
const OUTSIDE = `pmo${process.pid}`;
const INSIDE = `pmi${process.pid}`;
/** In TEST-NET-3, which is reserved for documentation (RFC 5737). */
const ADDRESS = '203.0.113.2';

function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}

/**
 * Forwards a port like `-p 127.0.0.1:PORT:PORT` of Docker and Podman: connections come from another machine, as seen
 * from inside.
 */
function publish(port: number): Promise<Server> {
  const server = createServer((client) => {
    const inner = connect(port, ADDRESS);
    client.pipe(inner).pipe(client);
    for (const socket of [client, inner]) socket.on('error', () => [client, inner].forEach((each) => each.destroy()));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

// As described in the README: procmap is the first process of a container, with its own network, and its port is
// published on the host's loopback.
describe.runIf(process.getuid?.() === 0)('a page of a container', () => {
  let tree: Tree;
  let daemon: Daemon;
  let published: Server;

  beforeAll(async () => {
    tree = new Tree();
    ip(`netns add ${NAME}`);
    ip(`link add ${OUTSIDE} type veth peer name ${INSIDE} netns ${NAME}`);
    ip(`addr add 203.0.113.1/30 dev ${OUTSIDE}`);
    ip(`link set ${OUTSIDE} up`);
    ip(`-n ${NAME} addr add ${ADDRESS}/30 dev ${INSIDE}`);
    ip(`-n ${NAME} link set ${INSIDE} up`);
    ip(`-n ${NAME} link set lo up`);
    const within = ['ip', 'netns', 'exec', NAME, ...OWN_NAMESPACES, ...withCapabilities([...CONTAINER_CAPABILITIES, 'sys_ptrace'])];
    daemon = await Daemon.start({ procmap: tree.procmap, within, args: ['--host=0.0.0.0'] });
    published = await publish(daemon.port);
  });

  afterAll(async () => {
    published.close();
    // unshare(1) ignores a SIGTERM as long as it waits for its child.
    await daemon.stop('SIGKILL');
    ip(`netns del ${NAME}`);
    tree.dispose();
  });

  it('opens on the host by the link that was printed', async () => {
    const session = await enter(daemon.link);
    expect((await fetchFrom(daemon.origin, '/')).headers.get('content-type')).toContain('text/html');
    const system = (await (await fetchFrom(daemon.origin, '/api/system', { headers: { ...session } })).json()) as SystemRights;
    expect(system.reads_all).toBe(true);
    expect(system.missing.map(({ remedy }) => remedy)).toEqual([
      'start the container with --cap-add SYSLOG',
      'start the container with --cap-add DAC_READ_SEARCH',
    ]);
    // Its own process, by its id inside the container.
    expect((await fetchFrom(daemon.origin, '/api/processes/1/map', { headers: { ...session } })).status).toBe(200);
  });

  it('needs a key, and a name of this machine', async () => {
    expect((await fetchFrom(daemon.origin, '/api/processes')).status).toBe(401);
    const direct = await fetch(`http://${ADDRESS}:${daemon.port}/healthz`);
    expect([direct.status, await direct.text()]).toEqual([403, expect.stringContaining('wrong_host') as string]);
  });
});
