import fc from 'fast-check';
import { expect, it } from 'vitest';
import { capabilityNames } from './capabilities.ts';

const ALL = capabilityNames(2n ** 41n - 1n);

it('names the bits of include/uapi/linux/capability.h', () => {
  expect(capabilityNames(0n)).toEqual([]);
  const known = [0, 1, 2, 7, 12, 14, 19, 21, 25, 31, 34, 38, 39, 40].map((bit) => capabilityNames(1n << BigInt(bit)).join());
  expect(known).toEqual(
    'CHOWN DAC_OVERRIDE DAC_READ_SEARCH SETUID NET_ADMIN IPC_LOCK SYS_PTRACE SYS_ADMIN SYS_TIME SETFCAP SYSLOG PERFMON BPF CHECKPOINT_RESTORE'
      .split(' ')
      .map((name) => `CAP_${name}`),
  );
  expect(new Set(ALL).size).toBe(41);
});

it('names each bit that is set and no other, also one of a later kernel', () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(63)), (bits) => {
      const names = bits.toSorted((a, b) => a - b).map((bit) => ALL[bit] ?? `CAP_${bit}`);
      expect(capabilityNames(bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n))).toEqual(names);
    }),
  ));
