import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoUserNamespace } from '../../server/test/user-namespace.ts';
import { CONTAINER_CAPABILITIES, ONE_USER, OWN_NAMESPACES, withCapabilities } from '../container.ts';
import { READER_CAPABILITIES, serveInContainer, serveWith, titled } from '../few-rights.ts';
import { run } from '../daemon.ts';
import { Tree } from '../tree.ts';

// All subsets are in capability-matrix.slow.test.ts.
describe.runIf(process.getuid?.() === 0)('root with few capabilities', () => {
  let tree: Tree;
  beforeAll(() => {
    tree = new Tree();
  });
  afterAll(() => tree.dispose());

  it.each([
    ['those of a container', [], true],
    ['SYS_PTRACE added', ['sys_ptrace'], true],
    ['no SETUID and SETGID', ['sys_ptrace', 'syslog'], false],
  ] as const)('in a container with %s serves what can be read, and says what is missing', async (_, held, otherUser) => {
    const rest = CONTAINER_CAPABILITIES.filter((name) => otherUser || !/^set[ug]id$/.test(name));
    await serveInContainer(tree.procmap, { within: withCapabilities([...rest, ...held]), held, otherUser });
  });

  it('in a namespace with one user serves the processes inside', async (context) => {
    if (whyNoUserNamespace !== null) return context.skip(whyNoUserNamespace);
    const { system, stranger } = await serveWith(tree.procmap, { within: ONE_USER, held: READER_CAPABILITIES, otherUser: false });
    expect(system.missing.map(({ capability }) => capability)).toEqual(titled(['sys_ptrace', 'syslog']));
    expect(stranger).toEqual({
      status: 403,
      message: expect.stringContaining('it is outside this user namespace; as root, start procmap outside this user namespace') as string,
    });
  });

  it('does not start if the web process could not drop one, and names a remedy', async () => {
    const ended = await run([...withCapabilities(['sys_ptrace']), tree.procmap, 'serve', '--port=0', '--unsafe-path']);
    expect(ended).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'procmap: the web process would have CAP_SYS_PTRACE, which it must not: start the container with --cap-add SETPCAP, so that procmap can drop them\n',
    });
  });

  it('in a container gets no advice from the command line to become root', async () => {
    const asStranger = 'setpriv --reuid=1234 --regid=1234 --clear-groups --pdeathsig=KILL sleep 1000 & exec "$0" --pid=$! --no-log';
    const ended = await run([...OWN_NAMESPACES, ...withCapabilities(CONTAINER_CAPABILITIES), 'sh', '-c', asStranger, tree.procmap]);
    expect(ended).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^procmap: no permission to read process [0-9]+: it belongs to another user, or has more capabilities than procmap; start the container with --cap-add SYS_PTRACE\n$/,
      ) as string,
    });
  });
});
