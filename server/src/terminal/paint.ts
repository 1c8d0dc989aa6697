import { Kind, KINDS } from '@procmap/shared/kind.ts';

/** What a piece of text is, as far as it has a colour of its own. */
export type Role = 'plain' | 'dim' | 'bold' | 'alarm' | 'warning' | 'mark' | { readonly kind: number };

export type Paint = (role: Role, text: string) => string;

/** SGR parameters (console_codes(4)): of the sixteen colours that every terminal has, whatever its background. */
const KIND_COLOUR: Readonly<Partial<Record<number, string>>> = {
  [Kind.gap]: '2',
  [Kind.null_trap]: '31',
  [Kind.hole]: '2',
  [Kind.beyond]: '2',
  [Kind.text]: '34;1',
  [Kind.rodata]: '32',
  [Kind.data]: '33',
  [Kind.heap]: '33;1',
  [Kind.stack]: '31;1',
  [Kind.file]: '36',
  [Kind.anon]: '35',
  [Kind.shmem]: '35;1',
  [Kind.vdso]: '34',
  [Kind.vvar]: '34',
  [Kind.vsyscall]: '31',
  [Kind.device]: '36;1',
  [Kind.unknown]: '2',
  [Kind.kernel_text]: '34;1',
  [Kind.kernel_rodata]: '32',
  [Kind.kernel_data]: '33',
  [Kind.kernel_image]: '2',
  [Kind.kernel_module]: '36',
  [Kind.direct_map]: '35',
  [Kind.vmalloc]: '36;1',
  [Kind.vmemmap]: '35;1',
  [Kind.kernel_fixed]: '34',
};
const ROLE_COLOUR: Readonly<Record<Exclude<Role, object>, string>> = { plain: '', dim: '2', bold: '1', alarm: '97;41;1', warning: '33;1', mark: '30;103' };

const KIND_SGR = KINDS.map((_, kind) => KIND_COLOUR[kind] ?? '');

/** In colours. */
export const colourful: Paint = (role, text) => {
  const sgr = typeof role === 'object' ? (KIND_SGR[role.kind] ?? '') : ROLE_COLOUR[role];
  return sgr === '' || text === '' ? text : `\x1b[${sgr}m${text}\x1b[0m`;
};

/** Without: for a file, a pipe, NO_COLOR. */
export const plain: Paint = (_, text) => text;
