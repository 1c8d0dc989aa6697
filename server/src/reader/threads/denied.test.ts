import { expect, it } from 'vitest';
import { whyDenied } from './denied.ts';

const USER = { effective: [], root: false, container: false, nested: false, ownProc: true };
const ROOT = { ...USER, effective: ['CAP_SYS_PTRACE', 'CAP_SYSLOG', 'CAP_DAC_READ_SEARCH'], root: true };

it.each([
  [1, USER, 'stack pointers are hidden from programs without rights, since kernel.ptrace_scope is 1 (yama); run procmap as root (sudo)'],
  [0, USER, 'stack pointers cannot be read: no permission to read process 7: run procmap as root (sudo) to read processes of other users'],
  [3, ROOT, 'stack pointers are hidden from every program, since kernel.ptrace_scope is 3 (yama); only a restart of the machine can lower it'],
])('ptrace_scope %i: says what to do', (scope, standing, sentence) => expect(whyDenied(7, scope, standing)).toBe(sentence));
