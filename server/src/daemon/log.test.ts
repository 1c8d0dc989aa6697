import { afterEach, expect, it, vi } from 'vitest';
import { log } from './log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('a record is one line of JSON that a terminal can show, whatever it tells of', () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const hostile = 'a\nb\r\x1b[31m\u009b31m\u202e\u2028\ud800"\\\x7fé\u{1f525}';
  log('warn', hostile, { why: hostile });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', message: hostile, why: hostile });
});
