import { KINDS, type KindName } from '@procmap/shared/kind.ts';

/** The role of a piece of text, which determines its colour. */
type Role = 'plain' | 'dim' | 'bold' | 'alarm' | 'warning' | 'mark' | { readonly kind: number };

export type Paint = (role: Role, text: string) => string;

/** SGR parameters (console_codes(4)), from the sixteen colours that every terminal has and that suit any background. */
const KIND_COLOUR: Readonly<Record<KindName, string>> = {
  gap: '2',
  null_trap: '31',
  hole: '2',
  beyond: '2',
  text: '34;1',
  rodata: '32',
  data: '33',
  heap: '33;1',
  stack: '31;1',
  file: '36',
  anon: '35',
  shmem: '35;1',
  vdso: '34',
  vvar: '34',
  vsyscall: '31',
  device: '36;1',
  unknown: '2',
  kernel_text: '34;1',
  kernel_rodata: '32',
  kernel_data: '33',
  kernel_image: '2',
  kernel_module: '36',
  direct_map: '35',
  vmalloc: '36;1',
  vmemmap: '35;1',
  kernel_fixed: '34',
};
const ROLE_COLOUR: Readonly<Record<Exclude<Role, object>, string>> = { plain: '', dim: '2', bold: '1', alarm: '97;41;1', warning: '33;1', mark: '30;103' };

const KIND_SGR = KINDS.map((kind) => KIND_COLOUR[kind]);

/** Prints colours. */
export const colourful: Paint = (role, text) => {
  const sgr = typeof role === 'object' ? (KIND_SGR[role.kind] ?? '') : ROLE_COLOUR[role];
  return sgr === '' || text === '' ? text : `\x1b[${sgr}m${text}\x1b[0m`;
};

/** Prints no colours: for a file, a pipe, or NO_COLOR. */
export const plain: Paint = (_, text) => text;
