import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FULL_STANDING } from '../../../../test/guest-kernel.ts';
import { otherUser } from '../../../../test/other-user.ts';
import { whyNoUserNamespace } from '../../../../test/user-namespace.ts';
import { whyForbidden } from '../process/outcome.ts';
import { missingRights, missingSentence } from './missing-rights.ts';
import { readsAll, readStanding, type Standing } from './standing.ts';

const CONTAINER: Standing = { ...FULL_STANDING, container: true, effective: ['CAP_DAC_OVERRIDE', 'CAP_SETUID'] };
const USER: Standing = { ...FULL_STANDING, root: false, effective: [] };
const names = (standing: Standing): string[] => missingRights(standing).map(({ capability }) => capability);

describe('what is missing', () => {
  it('is empty for root', () => expect(missingRights(FULL_STANDING)).toEqual([]));

  it('must be given to the container, in one', () => {
    expect(missingRights(CONTAINER).map(missingSentence)).toEqual([
      'CAP_SYS_PTRACE is missing, so processes of other users and processes with more capabilities than procmap cannot be read; start the container with --cap-add SYS_PTRACE',
      'CAP_SYSLOG is missing, so the kernel hides its addresses; start the container with --cap-add SYSLOG',
    ]);
    expect(names({ ...CONTAINER, effective: ['CAP_SYS_PTRACE'] })).toEqual(['CAP_SYSLOG', 'CAP_DAC_READ_SEARCH']);
  });

  it('needs root elsewhere', () => {
    expect(new Set(missingRights(USER).map(({ remedy }) => remedy))).toEqual(new Set(['run procmap as root (sudo)']));
    expect(missingRights({ ...USER, container: true })[0]?.remedy).toBe('run procmap as root in a container started with --cap-add SYS_PTRACE');
    expect(missingRights({ ...CONTAINER, container: false })[0]?.remedy).toContain('CapabilityBoundingSet=');
  });

  it('in another user namespace concerns processes outside of it', () => {
    const nested: Standing = { ...FULL_STANDING, nested: true, ownProc: false };
    expect(names(nested)).toEqual(['CAP_SYS_PTRACE', 'CAP_SYSLOG']);
    for (const { remedy } of missingRights(nested)) expect(remedy).toBe('as root, start procmap outside this user namespace');
    // In a rootless container with its own processes, all of them can be read.
    expect(names({ ...nested, container: true, ownProc: true })).toEqual(['CAP_SYSLOG']);
    expect([readsAll(nested), readsAll({ ...nested, ownProc: true })]).toEqual([false, true]);
  });
});

describe('why a process cannot be read', () => {
  it('never tells root to become root', () => {
    for (const container of [true, false])
      for (const nested of [true, false])
        for (const effective of [[], ['CAP_SYS_PTRACE']])
          expect(whyForbidden(1, { effective, root: true, container, nested, ownProc: !nested })).not.toMatch(/sudo|procmap as root/);
  });

  it('says what to add to a container', () => {
    expect(whyForbidden(1, CONTAINER)).toBe(
      'no permission to read process 1: it belongs to another user, or has more capabilities than procmap; start the container with --cap-add SYS_PTRACE',
    );
    expect(whyForbidden(1, { ...CONTAINER, effective: ['CAP_SYS_PTRACE'] })).toContain('--security-opt apparmor=unconfined');
    expect(whyForbidden(1, FULL_STANDING)).not.toContain('container with');
  });
});

const READ = `import { readStanding } from ${JSON.stringify(new URL('./standing.ts', import.meta.url).pathname)}; console.log(JSON.stringify(readStanding()))`;

function standingWithin(prefix: readonly string[]): Standing {
  const [program = '', ...args]: string[] = [...prefix, process.execPath, '--input-type=module', '-e', READ];
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Standing;
}

it.runIf(process.getuid?.() === 0)('is found out by namespaces', () => {
  const here = readStanding();
  expect(standingWithin(['unshare', '--pid', '--fork', '--mount-proc'])).toMatchObject({ root: true, nested: here.nested, ownProc: true, container: true });
  if (otherUser !== null) expect(standingWithin(otherUser)).toMatchObject({ root: false, effective: [] });
});

it.runIf(process.getuid?.() === 0)('is found out by user namespaces', (context) => {
  if (whyNoUserNamespace !== null) return context.skip(whyNoUserNamespace);
  const here = readStanding();
  expect(standingWithin(['unshare', '--user', '--map-root-user'])).toMatchObject({ root: true, nested: true, ownProc: false, container: here.container });
  expect(standingWithin(['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'])).toMatchObject({
    nested: true,
    ownProc: true,
    container: true,
  });
});
