import { open } from 'node:fs/promises';

/** Symbols of /proc/kallsyms. A kernel without CONFIG_KALLSYMS_ALL lists only those of code. */
const WANTED = [
  '_text',
  '_stext',
  '_etext',
  '__start_rodata',
  '__end_rodata',
  '__init_begin',
  '_sdata',
  '_edata',
  '__bss_start',
  '__bss_stop',
  '_end',
] as const;

/** Addresses of the parts of the kernel image. */
export interface Symbols {
  /** Without hidden symbols. */
  readonly at: ReadonlyMap<string, bigint>;
  /** All are hidden: they are zeros, or the file is empty (ProtectKernelTunables of systemd) or cannot be read. */
  readonly hidden: boolean;
}

export const NO_SYMBOLS: Symbols = { at: new Map(), hidden: true };

// Symbols of modules have a name in brackets appended.
const LINE = new RegExp(`^([0-9a-f]{8,16}) [A-Za-z] (${WANTED.join('|')})$`, 'gm');
const READ_BYTES = 256 * 1024;

/**
 * The file is not sorted by address, so it is read to its end (some 10 MB, 200 ms) unless all wanted symbols come
 * earlier.
 */
export async function readSymbols(path: string): Promise<Symbols> {
  const at = new Map<string, bigint>();
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const seen = new Set<string>();
      for (let begun = ''; seen.size < WANTED.length;) {
        const { bytesRead } = await file.read(buffer, 0, READ_BYTES, null);
        if (bytesRead === 0) break;
        const text = begun + buffer.toString('latin1', 0, bytesRead);
        const end = text.lastIndexOf('\n') + 1;
        begun = text.slice(end);
        for (const [, address = '0', name = ''] of text.slice(0, end).matchAll(LINE)) {
          if (!seen.has(name) && !/^0+$/.test(address)) at.set(name, BigInt(`0x${address}`));
          seen.add(name);
        }
      }
    } finally {
      await file.close();
    }
  } catch {
    return NO_SYMBOLS;
  }
  return { at, hidden: at.size === 0 };
}
