import { type Intervals } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { isFileKind, type MappedFiles, mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import { nameKey } from '@procmap/shared/text/names.ts';
import { inodeText, type MappingTable } from '@procmap/shared/region.ts';
import { fileTerm, fileTitle } from '@procmap/shared/files/file-title.ts';
import { KERNEL_HALF } from '@procmap/shared/words.ts';
import { type Classes, classesOf, type ColourClass, UNMAPPED, unmappedClass } from './classes.ts';

/** Number of files with their own colour: as many as can be told apart. tokens.css defines them. */
export const OWN_COLOURS = 14;
const FIRST = UNMAPPED.length;
const OTHER_FILES = FIRST + OWN_COLOURS;
const ANONYMOUS = OTHER_FILES + 1;
const HEAP = OTHER_FILES + 2;
const STACK = OTHER_FILES + 3;
const SPECIAL = OTHER_FILES + 4;
const KERNEL = OTHER_FILES + 5;

const OTHERS: readonly ColourClass[] = [
  { id: 'file-other', label: 'Other files', sentence: 'All files except the largest ones.', token: 'file-other', pattern: 2, term: '' },
  { id: 'file-none', label: 'Anonymous', sentence: 'Memory without a file and without a name.', token: 'kind-anon', pattern: Kind.anon, term: 'name=""' },
  { id: 'file-heap', label: 'Heap', sentence: 'The program’s heap, [heap].', token: 'kind-heap', pattern: Kind.heap, term: 'kind:heap' },
  { id: 'file-stack', label: 'Stack', sentence: 'The main thread’s stack, [stack].', token: 'kind-stack', pattern: Kind.stack, term: 'kind:stack' },
  {
    id: 'file-special',
    label: 'Other names',
    sentence: 'Memory with a name that is not a file’s: [vdso], [vvar], [anon:…].',
    token: 'kind-vdso',
    pattern: Kind.vdso,
    term: 'name:[',
  },
  { id: 'file-kernel', label: KERNEL_HALF, sentence: 'Kernel regions.', token: 'kind-kernel_fixed', pattern: Kind.kernel_fixed, term: 'space:kernel' },
];

/** Remembers the colour of each file while a process is shown, so that a changing map does not recolour anything. */
export class FileColours {
  readonly #slots = new Map<string, number>();

  /** The largest files get the remaining colours. */
  classes(intervals: Intervals): Classes {
    const { table, kind, row } = intervals;
    const files = mappedFiles(table);
    const slots = this.#slotsOf(table, files);
    const list: (ColourClass | undefined)[] = [...UNMAPPED];
    slots.forEach((slot, file) => {
      if (slot < 0) return;
      const shown = fileTitle(table, files, file);
      list[FIRST + slot] = {
        id: `file-${slot}`,
        label: shown,
        sentence: shown,
        token: `file-${slot}`,
        // Neighbours in the picture also differ in their pattern.
        pattern: slot,
        term: fileTerm(table, files, file),
      };
    });
    OTHERS.forEach((each, i) => (list[OTHER_FILES + i] = each));
    return classesOf('file', intervals, list, (i) => {
      const unmapped = unmappedClass(kind[i] ?? 0);
      if (unmapped >= 0) return unmapped;
      const at = row[i] ?? -1;
      if (at < 0) return KERNEL;
      if (kind[i] === Kind.heap) return HEAP;
      if (kind[i] === Kind.stack) return STACK;
      if (table.name[at] === 0) return ANONYMOUS;
      const slot = slots[files.of[at] ?? 0] ?? NO_FILE;
      return slot === NO_FILE ? SPECIAL : slot < 0 ? OTHER_FILES : FIRST + slot;
    });
  }

  /** Slot of each file: its own, OTHER_FILE, or NO_FILE. */
  #slotsOf(table: MappingTable, { length, of, row }: MappedFiles): Int8Array {
    const pages = new Float64Array(length);
    for (let i = 0; i < table.length; i++) {
      const file = of[i] ?? 0;
      pages[file] = (pages[file] ?? 0) + (table.end[i] ?? 0) - (table.start[i] ?? 0);
    }
    const slots = new Int8Array(length).fill(NO_FILE);
    const files: number[] = [];
    for (let file = 0; file < length; file++) if (isFile(table, row[file] ?? 0)) files.push(file);
    for (const file of files) slots[file] = this.#slots.get(keyOf(table, row[file] ?? 0)) ?? OTHER_FILE;
    if (this.#slots.size < OWN_COLOURS) {
      const largest = files.filter((file) => slots[file] === OTHER_FILE && (pages[file] ?? 0) > 0).sort((a, b) => (pages[b] ?? 0) - (pages[a] ?? 0));
      for (const file of largest.slice(0, OWN_COLOURS - this.#slots.size)) {
        slots[file] = this.#slots.size;
        this.#slots.set(keyOf(table, row[file] ?? 0), this.#slots.size);
      }
    }
    return slots;
  }
}

/** The key that a file is remembered by; its name may go. */
function keyOf(table: MappingTable, row: number): string {
  const { kind, device, names, name } = table;
  return `${device[row] ?? 0} ${inodeText(table, row)} ${isFileKind(kind[row] ?? 0) ? '' : nameKey(names, name[row] ?? 0)}`;
}

const NO_FILE = -2;
const OTHER_FILE = -1;

function isFile({ names, name }: MappingTable, row: number): boolean {
  const index = name[row] ?? 0;
  return index > 0 && names.bytes[names.ends[index] ?? 0] === 0x2f;
}
