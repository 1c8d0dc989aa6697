import { userInfo } from 'node:os';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePasswd, userName } from './users.ts';

const login = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,12}$/);

it('names every uid by its first line', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(login, fc.nat(9))), (users) => {
      const names = parsePasswd(users.map(([name, uid]) => `${name}:x:${uid}:100::/home/${name}:/bin/sh\n`).join(''));
      expect([...names.keys()].sort()).toEqual([...new Set(users.map(([, uid]) => uid))].sort());
      for (const [uid, name] of names) expect(name).toBe(users.find((user) => user[1] === uid)?.[0]);
    }),
  ));

it('escapes a hostile name', () => expect(parsePasswd('a\x1b[31m\u202e:x:7:7::/:/bin/sh\n').get(7)).toBe('a\\x1b[31m\\u{202e}'));

it('leaves out invalid entries, and never fails', () => {
  const text = ['', ':', '::', '#off:x:1:1::/:', '+::::::', 'nouid:x::1', 'minus:x:-1:1', 'hex:x:0x1:1', 'exp:x:1e1:1', 'short:x', ':x:1:1', 'last:x:10'];
  expect([...parsePasswd(text.join('\n'))]).toEqual([[10, 'last']]);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', ':', ':', '\n', '0', '7', '#', '\0', '\ud800'), { maxLength: 40 }), (any) => {
      for (const [uid, name] of parsePasswd(any.join(''))) expect([Number.isInteger(uid), name === '']).toEqual([true, false]);
    }),
  );
});

it('knows the user of this process, and returns the uid of an unknown one', () => {
  const { uid, username } = userInfo();
  expect(userName(uid)).toBe(username);
  expect(userName(4_294_967_290)).toBe('4294967290');
});
