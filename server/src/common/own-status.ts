import { readFileSync } from 'node:fs';
import { capabilityNames } from './capabilities.ts';

/** Identity and privileges of this process (/proc/self/status). */
export interface OwnStatus {
  /** Real, effective, saved and file system id, of the user and of the group. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly bounding: readonly string[];
  /** Capabilities that child programs keep without root. */
  readonly ambient: readonly string[];
  readonly noNewPrivileges: boolean;
}

export function readOwnStatus(): OwnStatus {
  return parseOwnStatus(readFileSync('/proc/self/status', 'latin1'));
}

/** Throws if a line is missing: a process that cannot see its own rights must not assume any. */
export function parseOwnStatus(text: string): OwnStatus {
  const fields = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`no ${name} in /proc/self/status`);
    return value;
  };
  const numbers = (name: string): number[] =>
    field(name)
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(Number);
  return {
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    effective: capabilityNames(BigInt(`0x${field('CapEff')}`)),
    permitted: capabilityNames(BigInt(`0x${field('CapPrm')}`)),
    bounding: capabilityNames(BigInt(`0x${field('CapBnd')}`)),
    ambient: capabilityNames(BigInt(`0x${field('CapAmb')}`)),
    noNewPrivileges: field('NoNewPrivs') === '1',
  };
}
