import { expect, it } from 'vitest';
import type { SystemInfo } from '../../reader/protocol/protocol.ts';
import { hiddenNote } from './hidden-note.ts';

const right = (capability: string): SystemInfo['missing'][number] => ({ capability, hides: 'little can be seen', remedy: 'do this' });
const system = (more: Partial<SystemInfo>): SystemInfo => ({ root: true, container: true, reads_all: false, missing: [], ...more }) as SystemInfo;

it('is empty if everything can be read, and mentions root if root did not start it', () => {
  expect(hiddenNote(system({ reads_all: true }), [])).toBe('');
  expect(hiddenNote(system({ root: false, container: false, missing: [right('CAP_SYSLOG')] }), [])).toMatch(/start it as root/);
});

it('gives the remedy once, everything that is missing, and other limitations', () =>
  expect(hiddenNote(system({ missing: [right('CAP_SYS_PTRACE'), right('CAP_SYSLOG')] }), ['the reader keeps uid 0'])).toBe(
    'CAP_SYS_PTRACE is missing, so little can be seen; do this. CAP_SYSLOG is missing, so little can be seen. The reader keeps uid 0.',
  ));
