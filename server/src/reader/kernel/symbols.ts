import { open } from 'node:fs/promises';

/** Of /proc/kallsyms. A kernel without CONFIG_KALLSYMS_ALL lists only those of code. */
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

/** Where the kernel's image has its parts. */
export interface Symbols {
  /** Without those that are hidden. */
  readonly at: ReadonlyMap<string, bigint>;
  /** None is to be seen: they are zeros, or the file is empty (ProtectKernelTunables of systemd) or may not be read. */
  readonly hidden: boolean;
}

export const NO_SYMBOLS: Symbols = { at: new Map(), hidden: true };

// Those of modules have a name in brackets behind them.
const LINE = new RegExp(`^([0-9a-f]{8,16}) [A-Za-z] (${WANTED.join('|')})$`, 'gm');
const READ_BYTES = 256 * 1024;

/** Not sorted by address, and so to be read to its end (some 10 MB, 200 ms) unless all that is wanted comes sooner. */
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
