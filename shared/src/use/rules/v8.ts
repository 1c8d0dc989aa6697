import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

const PROGRAMS = /^(node(js)?|libnode\.so.*|electron|deno|d8)$/;
/** V8 takes pages of 256 KiB, aligned to their size. */
const V8_PAGE = 64;
/** A program of another name that has so many of them is likely one with V8 inside. */
const MIN_V8_PAGES = 8;
/** From a WebAssembly memory of 32 bits on, 8 GiB are reserved, in older versions 10: no index reaches farther. */
const [MIN_WASM_PAGES, MAX_WASM_PAGES] = [2 ** 21, 11 * 2 ** 18];
/** Of them, what lies behind the memory. */
const MIN_WASM_RESERVE_PAGES = 2 ** 20;

/**
 * V8 outside of browsers: it keeps its memory from forked children (dc), which nobody else does without a need, but for
 * emulators, which add mg or hg.
 */
export function v8(map: UseMap): void {
  const program = map.program(PROGRAMS);
  if (program === null && countPages(map) < MIN_V8_PAGES) return;
  const [certainty, why] =
    program === null ? (['likely', 'many mappings are pages of 256 KB with it, as V8 takes them'] as const) : (['seen', `the program is ${program}`] as const);
  const memory = wasmMemories(map);
  const evidence = (row: number): string =>
    `it is ${formatPages(map.size(row))} in a run of 8 to 11 GB without access behind it, as V8 reserves for WebAssembly; it has the flag dc`;
  map.claimRows({ use: 'wasm_memory', certainty, of: 'V8', evidence }, memory);
  const flag = `it has the flag dc, and ${why}`;
  const isLike = (row: number): boolean => map.lacks(row, UNLIKE);
  map.claimAnonymous({ use: 'jit_code', certainty, of: 'V8', evidence: flag }, 'code', Flag.dc, isLike);
  map.claimAnonymous({ use: 'gc_heap', certainty, of: 'V8 heap', evidence: flag }, 'any', Flag.dc, isLike);
}

const UNLIKE = Flag.mg | Flag.hg;

/** Free, and not of QEMU. */
function isOfV8(map: UseMap, row: number): boolean {
  return map.has(row, Flag.dc) && map.lacks(row, UNLIKE) && map.isAnonymous(row) && map.isFree(row);
}

function countPages(map: UseMap): number {
  let count = 0;
  if (map.evidence.flags === null) return count;
  for (const row of map.free('data')) if (isOfV8(map, row) && map.size(row) === V8_PAGE && map.start(row) % V8_PAGE === 0) count++;
  return count;
}

/** Rows of memories and the reserves behind them. */
function wasmMemories(map: UseMap): readonly number[] {
  const rows: number[] = [];
  for (const reserve of map.free('closed')) {
    const memory = reserve - 1;
    if (map.size(reserve) < MIN_WASM_RESERVE_PAGES || !map.isJoined(memory) || !map.isData(memory)) continue;
    if (!isOfV8(map, memory) || !isOfV8(map, reserve)) continue;
    const pages = map.size(memory) + map.size(reserve);
    if (pages >= MIN_WASM_PAGES && pages <= MAX_WASM_PAGES) rows.push(memory, reserve);
  }
  return rows;
}
