import { describe, expect, it } from 'vitest';
import { builtEntries, readerCommand } from '../daemon/children/launch.ts';
import { confinementFault, READER_CAPABILITIES, READER_UID } from './confinement.ts';
import type { OwnStatus } from './own-status.ts';

const UID = 65_533;
const CONFINED: OwnStatus = {
  uids: [UID, UID, UID, UID],
  gids: [UID, UID, UID, UID],
  groups: [],
  effective: READER_CAPABILITIES,
  permitted: READER_CAPABILITIES,
  bounding: READER_CAPABILITIES,
  ambient: [],
  noNewPrivileges: true,
};

describe('a reader', () => {
  it('may hold what it needs, or less', () => {
    expect(confinementFault(CONFINED, UID)).toBeNull();
    expect(confinementFault({ ...CONFINED, effective: [], permitted: [], bounding: [] }, UID)).toBeNull();
    expect(confinementFault({ ...CONFINED, groups: [UID] }, UID)).toBeNull();
  });

  it.each<[string, Partial<OwnStatus>, RegExp]>([
    ['could get rights back', { noNewPrivileges: false }, /NoNewPrivs/],
    ['is root', { uids: [0, 0, 0, 0] }, /uid 0 0 0 0, not 65533/],
    ['was root', { uids: [UID, UID, 0, UID] }, /uid/],
    ['is somebody else to the file system', { uids: [UID, UID, UID, 1000] }, /uid/],
    ['was of the group root', { gids: [UID, UID, 0, UID] }, /gid 65533 65533 0 65533, not 65533/],
    ['is in a group', { groups: [UID, 0] }, /groups 65533 0/],
    ['can write any file', { effective: [...READER_CAPABILITIES, 'CAP_DAC_OVERRIDE'] }, /CAP_DAC_OVERRIDE/],
    ['could take a right', { permitted: ['CAP_SYS_ADMIN'] }, /CAP_SYS_ADMIN/],
    ['could be given a right', { bounding: ['CAP_SYS_MODULE'] }, /CAP_SYS_MODULE/],
    ['has a right of a later kernel', { effective: ['CAP_41'] }, /CAP_41/],
  ])('that %s has more than it should', (_, change, fault) => expect(confinementFault({ ...CONFINED, ...change }, UID)).toMatch(fault));

  it('that keeps its user may have any uid, with no more rights than that', () => {
    const root: OwnStatus = { ...CONFINED, uids: [0, 0, 0, 0], gids: [0, 0, 0, 0], groups: [0, 27] };
    expect(confinementFault(root, null)).toBeNull();
    expect(confinementFault({ ...root, permitted: ['CAP_SYS_ADMIN'] }, null)).toMatch(/CAP_SYS_ADMIN/);
    expect(confinementFault({ ...root, bounding: ['CAP_SYS_ADMIN'] }, null)).toMatch(/CAP_SYS_ADMIN/);
    expect(confinementFault({ ...root, noNewPrivileges: false }, null)).toMatch(/NoNewPrivs/);
  });

  it('may keep a larger bounding set that could not be reduced, but no capability of it', () => {
    expect(confinementFault({ ...CONFINED, bounding: ['CAP_SYS_ADMIN'] }, UID, false)).toBeNull();
    expect(confinementFault({ ...CONFINED, effective: ['CAP_SYS_ADMIN'] }, UID, false)).toMatch(/CAP_SYS_ADMIN/);
  });

  it('is started by root with these rights and no other', () => {
    const { args } = readerCommand(builtEntries('/nowhere'), { uid: READER_UID, capabilities: READER_CAPABILITIES, bounded: true }, true);
    const sets = args.filter((arg) => /^--(bounding-set|inh-caps|ambient-caps)=/.test(arg)).map((arg) => arg.split('=')[1]?.split(',').sort());
    const wanted = ['-all', ...READER_CAPABILITIES.map((name) => name.toLowerCase().replace('cap_', '+'))].sort();
    expect(sets).toEqual([wanted, wanted, wanted]);
  });
});
