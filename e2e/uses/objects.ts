import { closeSync, openSync, readSync } from 'node:fs';
import { isFileKind } from '@procmap/shared/files/mapped-files.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import type { ObjectEvidence, PageRange } from '@procmap/shared/use/evidence.ts';

const PT_LOAD = 1;
const GO_BUILD_INFO = Buffer.from('\xff Go buildinf:', 'latin1');
/** Of a file: its headers, and where Go's linker puts what marks its programs. */
const MAX_BYTES = 64 * 2 ** 20;

/** What the program headers of mapped 64-bit ELF files tell, read here as a test needs it: whole files. */
export function objectsOf(pid: number, table: MappingTable): ObjectEvidence {
  const bss: PageRange[] = [];
  const files = new Map<number, Buffer>();
  for (let row = 0; row + 1 < table.length; row++) {
    const name = table.name[row] ?? 0;
    if (!isFileKind(table.kind[row] ?? 0) || table.end[row] !== table.start[row + 1] || table.name[row + 1] !== 0) continue;
    if (!files.has(name)) files.set(name, headOf(`/proc/${pid}/root${shownName(table.names, name)}`, PAGE_SIZE));
    const range = bssBehind(files.get(name) ?? Buffer.of(), table.start[row] ?? 0, table.end[row] ?? 0, table.offset[row] ?? 0);
    if (range !== null) bss.push(range);
  }
  return { bss, isGo: headOf(`/proc/${pid}/exe`, MAX_BYTES).includes(GO_BUILD_INFO) };
}

/** The zeroed data of the file that is mapped from page `start` to `end`, from its page `offset` on; null: none lies behind it. */
function bssBehind(head: Buffer, start: number, end: number, offset: number): PageRange | null {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2) return null;
  const [at, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)];
  for (let entry = at; entry < at + size * count && entry + size <= head.length; entry += size) {
    if (head.readUInt32LE(entry) !== PT_LOAD) continue;
    const [from, address, inFile, inMemory] = [8, 16, 32, 40].map((field) => Number(head.readBigUInt64LE(entry + field))) as [number, number, number, number];
    if (inMemory <= inFile || offset < Math.floor(from / PAGE_SIZE) || offset * PAGE_SIZE >= from + inFile) continue;
    const bias = start - offset - (Math.floor(address / PAGE_SIZE) - Math.floor(from / PAGE_SIZE));
    const [fileEnd, memoryEnd] = [address + inFile, address + inMemory].map((each) => bias + Math.ceil(each / PAGE_SIZE)) as [number, number];
    if (fileEnd === end && memoryEnd > end) return { start: end, end: memoryEnd };
  }
  return null;
}

/** Empty if the file is gone. */
function headOf(path: string, bytes: number): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(bytes);
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return Buffer.of();
  }
}
