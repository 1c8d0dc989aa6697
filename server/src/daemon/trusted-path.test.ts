import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sudoUid, writableByOthers } from './trusted-path.ts';

describe.runIf(process.getuid?.() === 0)('as root', () => {
  let top: string;
  let dist: string;
  let script: string;

  beforeEach(() => {
    // Not below /tmp, which everybody can write.
    top = realpathSync(mkdtempSync('/root/procmap-path-'));
    dist = join(top, 'server', 'dist');
    script = join(dist, 'main.js');
    mkdirSync(dist, { recursive: true });
    writeFileSync(script, '');
  });

  afterEach(() => {
    rmSync(top, { recursive: true });
  });

  it('trusts what only root can write', () => {
    expect(writableByOthers([dist], null)).toBeNull();
  });

  it.each([
    [
      'a script that all can write',
      () => {
        chmodSync(script, 0o666);
      },
      () => script,
    ],
    [
      'a script that its group can write',
      () => {
        chmodSync(script, 0o664);
      },
      () => script,
    ],
    [
      'a script of somebody else',
      () => {
        chownSync(script, 1000, 0);
      },
      () => script,
    ],
    [
      'a folder above of somebody else',
      () => {
        chownSync(top, 1000, 0);
      },
      () => top,
    ],
    [
      'a sticky folder above that all can write',
      () => {
        chmodSync(top, 0o1777);
      },
      () => top,
    ],
  ])('finds %s', (_, spoil, found) => {
    spoil();
    expect(writableByOthers([dist], null)).toBe(found());
  });

  it('hears of SUDO_UID what can be a user', () => {
    for (const [uid, heard] of [
      ['1000', 1000],
      ['4294967295', null],
      ['-1', null],
      ['', null],
    ] as const) {
      vi.stubEnv('SUDO_UID', uid);
      expect(sudoUid()).toBe(heard);
    }
    vi.unstubAllEnvs();
  });

  it('trusts the one who called sudo', () => {
    chownSync(dist, 1000, 1000);
    expect(writableByOthers([dist], 1000)).toBeNull();
    expect(writableByOthers([dist], 1001)).toBe(dist);
  });
});
