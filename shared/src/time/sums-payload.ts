import { encodeJson, number, object, text, toldIn } from '../formats/told.ts';
import { type Memory, SMEM_FILES } from '../memory.ts';

/** The figures of ps and smem, as the payload of a frame. */
export function encodeSums(memory: Memory): Uint8Array {
  return encodeJson(memory);
}

/** Throws RangeError if it is no JSON object. null: it lacks the figures of the machine. */
export function decodeSums(payload: Uint8Array): Memory | null {
  const told = toldIn(payload);
  const [total, most, takenAt] = [number(told['mem_total_kb']), number(told['max_map_count']), number(told['taken_at'])];
  if (total === null || most === null || takenAt === null) return null;
  const [smem, error] = [object(told['smem']), object(told['smem_error'])];
  return {
    vsz_kb: number(told['vsz_kb']),
    rss_kb: number(told['rss_kb']),
    mem_percent: number(told['mem_percent']),
    hugetlb_kb: number(told['hugetlb_kb']),
    smem:
      smem === null
        ? null
        : { swap_kb: number(smem['swap_kb']), uss_kb: number(smem['uss_kb']), pss_kb: number(smem['pss_kb']), rss_kb: number(smem['rss_kb']) },
    smem_from: SMEM_FILES.find((file) => file === told['smem_from']) ?? null,
    smem_error: error === null ? null : { error: text(error['error']), message: text(error['message']) },
    mem_total_kb: total,
    max_map_count: most,
    taken_at: takenAt,
    read_ms: number(told['read_ms']) ?? 0,
  };
}
