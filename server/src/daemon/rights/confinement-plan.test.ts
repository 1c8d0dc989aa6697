import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { READER_CAPABILITIES, READER_UID } from '../../common/confinement.ts';
import { type ConfinementPlan, planConfinement } from './confinement-plan.ts';
import type { Means } from './means.ts';

/** Capabilities of Docker and Podman by default. */
const CONTAINER = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'NET_BIND_SERVICE', 'NET_RAW', 'SYS_CHROOT'].map(
  (name) => `CAP_${name}`,
);
const FULL = [...CONTAINER, ...READER_CAPABILITIES, 'CAP_SYS_ADMIN'];

function planWith(held: readonly string[], more: Partial<Means> = {}, canStart = true): ConfinementPlan {
  return planConfinement({ root: true, uid: 0, held: new Set(held), ambient: [], missingIds: [], setgroups: true, ...more }, () => canStart);
}

describe('root’s daemon', () => {
  it('gives the reader three capabilities and a user of its own, and the web process another one', () => {
    const plan = planWith(FULL);
    expect(plan).toEqual({ reader: { uid: READER_UID, capabilities: READER_CAPABILITIES, bounded: true }, web: 'user', notes: [], fault: null });
    // With CAP_DAC_READ_SEARCH every folder is accessible, so nothing has to be tried.
    expect(planWith(FULL, {}, false)).toEqual(plan);
  });

  it('in a container leaves the reader its rights, and says why', () =>
    expect(planWith(CONTAINER)).toMatchObject({
      reader: { uid: null, capabilities: null },
      web: 'user',
      notes: [expect.stringContaining('CAP_SYS_PTRACE')],
      fault: null,
    }));

  it('with CAP_SYS_PTRACE makes the reader another user if it finds its program, else takes its other rights away if it does', () => {
    const held = [...CONTAINER, 'CAP_SYS_PTRACE'];
    expect(planWith(held).reader).toEqual({ uid: READER_UID, capabilities: ['CAP_SYS_PTRACE'], bounded: true });
    const onlyRoot = planConfinement({ root: true, uid: 0, held: new Set(held), ambient: [], missingIds: [], setgroups: true }, ({ uid }) => uid === null);
    expect(onlyRoot.reader).toEqual({ uid: null, capabilities: ['CAP_SYS_PTRACE'], bounded: true });
    expect(planWith(held, {}, false)).toMatchObject({ reader: { uid: null, capabilities: null }, notes: [expect.stringContaining('could not be started')] });
  });

  it.each<[string, readonly string[], Partial<Means>, string]>([
    ['CAP_SETUID', FULL.filter((name) => name !== 'CAP_SETUID'), {}, 'CAP_SETUID is missing'],
    ['CAP_SETGID', FULL.filter((name) => name !== 'CAP_SETGID'), {}, 'CAP_SETGID is missing'],
    ['both', FULL.filter((name) => !/SET[UG]ID/.test(name)), {}, 'CAP_SETUID and CAP_SETGID are missing'],
    // It could not end a process of another user.
    ['CAP_KILL', FULL.filter((name) => name !== 'CAP_KILL'), {}, 'CAP_KILL is missing'],
    ['all three', FULL.filter((name) => !/KILL|SET[UG]ID/.test(name)), {}, 'CAP_SETUID, CAP_SETGID and CAP_KILL are missing'],
    ['those users', FULL, { missingIds: [65_533, 65_532] }, 'there is no uid 65533 or 65532 in this user namespace'],
    ['groups', FULL, { setgroups: false }, 'does not allow changing groups'],
  ])('without %s bounds the rights of both, and says so', (_, held, more, why) =>
    expect(planWith(held, more)).toEqual({
      reader: { uid: null, capabilities: READER_CAPABILITIES, bounded: true },
      web: 'bound',
      notes: [expect.stringContaining(why)],
      fault: null,
    }),
  );

  it('starts no web process with a right that it cannot remove', () => {
    expect(planWith(['CAP_SYS_PTRACE']).fault).toContain('--cap-add SETPCAP');
    expect(planWith([])).toMatchObject({ web: 'none', fault: null });
  });

  it('never gives more than it has, and nothing to a web process', () => {
    fc.assert(
      fc.property(fc.subarray(FULL), fc.subarray([65_532, 65_533]), fc.boolean(), fc.boolean(), (held, missingIds, setgroups, canStart) => {
        const { reader, web, fault } = planWith(held, { missingIds, setgroups }, canStart);
        const changesUser = ['CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'].every((name) => held.includes(name)) && missingIds.length === 0 && setgroups;
        expect((reader.capabilities ?? []).filter((name) => !held.includes(name))).toEqual([]);
        if (reader.uid !== null || web === 'user') expect(changesUser).toBe(true);
        if (reader.bounded || web === 'bound') expect(held).toContain('CAP_SETPCAP');
        // Root without a bounding set regains all of them.
        if (reader.capabilities !== null) expect(reader.uid !== null || reader.bounded).toBe(true);
        if (fault === null) expect(web !== 'none' || held.length === 0).toBe(true);
      }),
    );
  });
});

describe('an unprivileged daemon', () => {
  const planOf = (ambient: readonly string[]): ConfinementPlan =>
    planConfinement({ root: false, uid: 1000, held: new Set(FULL), ambient, missingIds: [], setgroups: true }, () => true);

  it('has nothing to give', () =>
    expect(planOf([])).toEqual({ reader: { uid: null, capabilities: null, bounded: false }, web: 'none', notes: [], fault: null }));

  it('passes on only those ambient capabilities that the reader needs', () => {
    expect(planOf(FULL).reader).toEqual({ uid: null, capabilities: READER_CAPABILITIES, bounded: false });
    expect(planOf(['CAP_NET_RAW', 'CAP_SYSLOG']).reader.capabilities).toEqual(['CAP_SYSLOG']);
    expect(planOf(['CAP_NET_RAW'])).toEqual({ reader: { uid: null, capabilities: [], bounded: false }, web: 'none', notes: [], fault: null });
  });
});
