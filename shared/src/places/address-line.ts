import { type Address, type Bytes, compareBytes, parseAddress, subtractBytes } from '../page.ts';

/** An address found in a line, with a length if the line names a range. */
interface LineAddress {
  readonly address: Address;
  readonly length: Bytes | null;
}

const MARKED = '(0x[0-9a-f]{4,16})';
const BARE = '([0-9a-f]{6,16})';
const FULL = '([0-9a-f]{16}|[0-9a-f]{8})';

/**
 * Lines with the address of something but without its place in a file. The first group is the address, the second its
 * end, if any.
 */
const LINES = [
  // lldb: `* frame #0: 0x00007fff.. libc.so.6`strlen + 32`
  String.raw`^(?:\* )?\s*frame #\d+: ${MARKED}\b`,
  // gdb: `=> 0x7fff.. <strlen+4>: mov`, `0x7fff..: 0x00000001`, `(char *) 0x7fff.. "a"`, a row of `info proc mappings`
  String.raw`^(?:=>\s*)?${MARKED}\s*(?:<[^<>]{1,300}>)?:`,
  String.raw`^(?:\$\d+ = )?\([^()]{1,300}\*\) ${MARKED}\b`,
  String.raw`^${MARKED}\s+${MARKED}\s+0x[0-9a-f]+\s+0x[0-9a-f]+(?:\s|$)`,
  // Rust: `3: 0x7fff.. - main`
  String.raw`^\d+:\s+${MARKED} - `,
  // perf script: `app 7 12.5: 100 cycles:  7fff.. strlen+0x20 (/usr/lib/libc.so.6)`
  String.raw`^(?:\S.{0,200}:\s+)?${BARE} (?:\[unknown\]|\S.{0,300}?\+0x[0-9a-f]+) \(.{1,300}\)$`,
  // backtrace(3) without an exported symbol: `./app(+0x1139)` would say more, `./app() [0x401156]` and
  // `./app[0x401156]` do not.
  String.raw`^\S.{0,300}?(?:\(\))?\s?\[${MARKED}\]$`,
  // Kernel messages about an address outside files: `segfault at 0 ip 00007fff.. sp 00007ffd.. error 15`; `RIP:
  // 0033:0x7fff..`; `[<ffffffff8103e2f0>]`
  String.raw`\bip[: ]\s*(?:0x)?([0-9a-f]{4,16})\s+sp[: ]`,
  String.raw`\b[er]ip: [0-9a-f]{4}:${MARKED}\b`,
  String.raw`\[<${BARE}>\]`,
  // Sanitizers, Java and Go: `(pc 0x55d0.. bp ..`, `at pc=0x00007f.., pid=1234`
  String.raw`\bpc[ =]${MARKED}\b`,
  // pmap, numa_maps, nm and kallsyms
  String.raw`^${FULL}\s+\d+K?\s.*[r-][w-][x-][s-]`,
  String.raw`^${BARE} (?:default|local|bind|prefer|interleave|weighted)\b`,
  String.raw`^${FULL} [a-z] \S+`,
  // strace, Python: `mmap(NULL, 4096, ..) = 0x7fff..`, `<A object at 0x7fff..>`
  String.raw`^\w+\(.*\)\s+= ${MARKED}$`,
  String.raw`\bat ${MARKED}>`,
  // A marked address with the characters around it.
  String.raw`^[*&"'(<]+${MARKED}[)"'>.;:,]*$`,
  String.raw`^${MARKED}[)"'>.;]+$`,
].map((source) => new RegExp(source, 'i'));

/** null where the line has no address. */
export function readAddressLine(text: string): LineAddress | null {
  for (const line of LINES) {
    const [, start = '', end = ''] = line.exec(text) ?? [];
    const [address, last] = [start, end].map(parseAddress);
    if (address) return { address, length: last && compareBytes(last, address) > 0 ? subtractBytes(last, address) : null };
  }
  return null;
}
