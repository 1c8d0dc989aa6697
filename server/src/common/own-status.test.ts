import { expect, it } from 'vitest';
import { parseOwnStatus, readOwnStatus } from './own-status.ts';

const TEXT = [
  'Name:\tnode: CapEff:\\nNoNewPrivs',
  'Umask:\t0022',
  'Uid:\t1\t2\t3\t4',
  'Gid:\t5\t6\t7\t8',
  'Groups:\t27 100 65533 ',
  'CapInh:\t0000000000000000',
  'CapPrm:\t0000000000080004',
  'CapEff:\t0000000000080000',
  'CapBnd:\t000001ffffffffff',
  'CapAmb:\t0000000400000000',
  'NoNewPrivs:\t1',
  'Seccomp:\t0',
  '',
];

it('has the kernel’s values, line by line', () => {
  const own = parseOwnStatus(TEXT.join('\n'));
  expect(own).toMatchObject({
    uids: [1, 2, 3, 4],
    gids: [5, 6, 7, 8],
    groups: [27, 100, 65533],
    effective: ['CAP_SYS_PTRACE'],
    permitted: ['CAP_DAC_READ_SEARCH', 'CAP_SYS_PTRACE'],
    ambient: ['CAP_SYSLOG'],
    noNewPrivileges: true,
  });
  expect(own.bounding).toHaveLength(41);
});

it('can be read for a process without groups, rights and NoNewPrivs', () => {
  const text = TEXT.join('\n')
    .replace(/(?<=Groups:\t).*/, '')
    .replace(/(?<=Cap...:\t).*/g, '0'.repeat(16));
  expect(parseOwnStatus(text.replace('NoNewPrivs:\t1', 'NoNewPrivs:\t0'))).toMatchObject({
    groups: [],
    effective: [],
    permitted: [],
    bounding: [],
    ambient: [],
    noNewPrivileges: false,
  });
});

it.each(['Uid', 'Gid', 'Groups', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs'])('fails without %s rather than assume anything', (name) =>
  expect(() => parseOwnStatus(TEXT.filter((line) => !line.startsWith(`${name}:`)).join('\n'))).toThrow(name),
);

it('fails on capabilities that are no number', () => expect(() => parseOwnStatus(TEXT.join('\n').replace('0000000000080000', 'none'))).toThrow());

it('of this process agrees with Node', () => {
  const own = readOwnStatus();
  expect([own.uids[0], own.uids[1]]).toEqual([process.getuid?.(), process.geteuid?.()]);
  const groups = new Set([...own.groups, process.getegid?.()]);
  expect(groups).toEqual(new Set([...(process.getgroups?.() ?? []), process.getegid?.()]));
});
