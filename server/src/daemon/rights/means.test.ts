import { expect, it } from 'vitest';
import type { OwnStatus } from '../../common/own-status.ts';
import { meansOf, readMeans } from './means.ts';

const OWN: OwnStatus = {
  uids: [0, 0, 0, 0],
  gids: [0, 0, 0, 0],
  groups: [],
  effective: [],
  permitted: ['CAP_CHOWN', 'CAP_KILL'],
  bounding: ['CAP_KILL', 'CAP_SYSLOG'],
  ambient: ['CAP_KILL'],
  noNewPrivileges: false,
};
const ALL = '         0          0 4294967295\n';

it('has the capabilities that it has and may pass on', () => {
  expect(meansOf(OWN, { uid: ALL, gid: ALL }, 'allow\n')).toEqual({
    root: true,
    uid: 0,
    held: new Set(['CAP_KILL']),
    ambient: ['CAP_KILL'],
    missingIds: [],
    setgroups: true,
  });
  expect(meansOf({ ...OWN, uids: [0, 1000, 0, 0] }, { uid: ALL, gid: ALL }, 'allow\n')).toMatchObject({ root: false, uid: 1000 });
});

it.each([
  ['0 1000 1\n', ALL, [65_533, 65_532]],
  // Rootless Podman: its user, and 65,536 of /etc/subuid.
  ['0 1000 1\n1 100000 65536\n', '0 1000 1\n1 100000 65536\n', []],
  [ALL, '0 1000 1\n', [65_533, 65_532]],
  ['0 1000 65533\n', ALL, [65_533]],
  ['65532 1000 1\n', ALL, [65_533]],
])('knows which users there are by uid_map %j and gid_map %j', (uid, gid, missingIds) =>
  expect(meansOf(OWN, { uid, gid }, 'deny\n')).toMatchObject({ missingIds, setgroups: false }),
);

it('reads its own', () => expect(readMeans()).toMatchObject({ uid: process.geteuid?.(), root: process.geteuid?.() === 0 }));
