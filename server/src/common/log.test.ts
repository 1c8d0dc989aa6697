import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { log } from './log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('a record is one line of printable JSON, whatever its values', () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const hostile = 'a\nb\r\x1b[31m\u009b31m\u202e\u2028\ud800"\\\x7fé\u{1f525}';
  log('warn', hostile, { why: hostile });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', message: hostile, why: hostile });
});

it('on a terminal a record is one line of text without control characters', () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const isTty = process.stderr.isTTY;
  process.stderr.isTTY = true;
  log('warn', 'the reader is killed', { reason: 'map\n\x1b[31m\u202e', after_ms: 0, at: '' });
  log('info', 'fine');
  process.stderr.isTTY = isTty;
  expect(lines[0]).toMatch(/^[0-9:]{8} warning: the reader is killed \(reason: map\\u000a\\u001b\[31m\\u202e, after ms: 0\)\n$/);
  expect(lines[1]).toMatch(/^[0-9:]{8} fine\n$/);
});

it('buffers little when nobody reads, and does not wait', async () => {
  const script = `import { log } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};
    for (let i = 0; i < 50_000; i++) log('warn', 'something that happens again and again');
    process.stdout.write(String(process.stderr.writableLength));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
  child.stderr.pause();
  const [waiting] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  expect(Number(waiting)).toBeGreaterThan(64 * 1024);
  expect(Number(waiting)).toBeLessThan(512 * 1024);
});
