import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownGroupIn } from './own-group.ts';

const SCRIPT = join(import.meta.dirname, '../../../../.toolchain/checkout/own-group.sh');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-group-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The answer of the script that make uses before there is a Node. */
function scriptSays(passwd: string, group: string, uid: number): number | null {
  writeFileSync(join(folder, 'passwd'), passwd);
  writeFileSync(join(folder, 'group'), group);
  const said = execFileSync('sh', [SCRIPT, String(uid), join(folder, 'passwd'), join(folder, 'group')], { encoding: 'utf8' });
  return said === '' ? null : Number(said);
}

const PASSWD = 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\nbob:x:1001:100::/home/bob:/bin/sh\n';
const GROUP = 'root:x:0:\nusers:x:100:\nada:x:1000:\n';

describe.each([
  ['TypeScript', ownGroupIn],
  ['shell', scriptSays],
])('a group of one, in %s', (_, own) =>
  it.each<[string, string, string, number, number | null]>([
    ['is the user’s own group', PASSWD, GROUP, 1000, 1000],
    ['has him and root in it', PASSWD, GROUP.replace('ada:x:1000:', 'ada:x:1000:root,ada'), 1000, 1000],
    ['has no other member', PASSWD, GROUP.replace('ada:x:1000:', 'ada:x:1000:ada,bob'), 1000, null],
    ['has no member that nobody knows', PASSWD, GROUP.replace('ada:x:1000:', 'ada:x:1000:carl'), 1000, null],
    ['is no other user’s primary group', `${PASSWD}eve:x:1002:1000::/:/bin/sh\n`, GROUP, 1000, null],
    ['is not shared under another name', PASSWD, `${GROUP}too:x:1000:bob\n`, 1000, null],
    ['may be somebody’s whose name is not the group’s', PASSWD, GROUP, 1001, 100],
    ['is a known one', PASSWD, 'root:x:0:\n', 1000, null],
    ['is of a known user', PASSWD, GROUP, 1234, null],
    ['may be of a user with two names', `${PASSWD}ada2:x:1000:1000::/:/bin/sh\n`, GROUP.replace('ada:x:1000:', 'ada:x:1000:ada2'), 1000, 1000],
    ['is none where users come from elsewhere, too', `${PASSWD}+::::::\n`, GROUP, 1000, null],
    ['is none where groups come from elsewhere, too', PASSWD, `${GROUP}+:::\n`, 1000, null],
    ['is none where there are no users', '', GROUP, 1000, null],
  ])('%s', (_title, passwd, group, uid, gid) => expect(own(passwd, group, uid)).toBe(gid)),
);

it('both say the same of all users and groups', () => {
  const name = fc.constantFrom('root', 'ada', 'bob', 'eve');
  const id = fc.constantFrom('0', '1', '2', '3');
  const user = fc.tuple(name, id, id).map(([who, uid, gid]) => `${who}:x:${uid}:${gid}::/:/bin/sh\n`);
  const group = fc.tuple(name, id, fc.uniqueArray(name, { maxLength: 2 })).map(([what, gid, members]) => `${what}:x:${gid}:${members.join(',')}\n`);
  const file = (line: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(line, { maxLength: 4 }).map((lines) => lines.join(''));
  fc.assert(
    fc.property(file(user), file(group), fc.integer({ min: 0, max: 3 }), (passwd, groups, uid) => {
      expect(scriptSays(passwd, groups, uid)).toBe(ownGroupIn(passwd, groups, uid));
    }),
    { numRuns: 25 },
  );
});
