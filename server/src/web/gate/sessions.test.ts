import { describe, expect, it } from 'vitest';
import { Sessions } from './sessions.ts';

const HOUR = 3600_000;
const IDLE = HOUR / 2;

describe('a session', () => {
  it('needs its cookie and its key', () => {
    const sessions = new Sessions();
    const { cookie, key } = sessions.open(0);
    const other = sessions.open(0);
    expect(sessions.check({ cookie, key }, 1)).toBe(true);
    for (const [wrongCookie, wrongKey] of [
      [cookie, ''],
      ['', key],
      ['', ''],
      [key, cookie],
      [cookie, other.key],
      [other.cookie, key],
      [cookie, cookie],
      [`${cookie} `, key],
    ] as const)
      expect(sessions.check({ cookie: wrongCookie, key: wrongKey }, 1)).toBe(false);
    expect(sessions.check({ cookie, key }, 1)).toBe(true);
  });

  it('ends after half an hour in which nothing is asked', () => {
    const sessions = new Sessions();
    const credentials = sessions.open(0);
    expect(sessions.check(credentials, IDLE - 1)).toBe(true);
    expect(sessions.check(credentials, 2 * IDLE - 2)).toBe(true);
    expect(sessions.check(credentials, 3 * IDLE - 2)).toBe(false);
    expect(sessions.check(credentials, 2 * IDLE)).toBe(false);
  });

  it('ends after twelve hours, however busy', () => {
    const sessions = new Sessions();
    const credentials = sessions.open(0);
    for (let at = 0; at < 12 * HOUR; at += IDLE - 1) expect(sessions.check(credentials, at)).toBe(true);
    expect(sessions.check(credentials, 12 * HOUR - 1)).toBe(true);
    expect(sessions.check(credentials, 12 * HOUR)).toBe(false);
  });

  it('is not kept alive by a wrong key', () => {
    const sessions = new Sessions();
    const credentials = sessions.open(0);
    expect(sessions.check({ ...credentials, key: 'x' }, IDLE - 1)).toBe(false);
    expect(sessions.check(credentials, IDLE)).toBe(false);
  });

  it('is dropped for the sixty-fifth if it has been idle longest', () => {
    const sessions = new Sessions();
    const opened = Array.from({ length: 64 }, (_, i) => sessions.open(i));
    const [first, second, third] = opened;
    if (first === undefined || second === undefined || third === undefined) throw new Error('64 were opened');
    expect(sessions.check(first, 100)).toBe(true);
    sessions.open(101);
    expect(sessions.check(second, 102)).toBe(false);
    for (const credentials of [first, third, ...opened.slice(3)]) expect(sessions.check(credentials, 102)).toBe(true);
  });
});
