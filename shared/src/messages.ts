import * as v from 'valibot';
import { KERNEL_SOURCES, type KernelHalf } from './kernel-half.ts';
import { type Memory as MemoryFigures, SMEM_FILES } from './memory.ts';
import { arePackedRanges, packRanges, unpackRanges } from './packed-ranges.ts';
import { compareBytes, END_PAGE_64, PAGE_SIZE } from './page.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from './rate.ts';
import { WATCH_STATES } from './watch-states.ts';

/**
 * Control messages of the stream, as JSON text, each validated on arrival. Maps travel beside them as binary frames
 * (codec.ts). The first message must be `hello` with the session's key; nothing is sent before it is accepted.
 */

/** Header of a request in which the page sends the session's key. */
export const KEY_HEADER = 'x-procmap-key';

/** Range of a pid: 1 to 2^22 on 64-bit Linux. Its syntax as text is checked elsewhere. */
const pid = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4_294_967_295));

/** Updates per second that a viewer asks for. */
const rateHz = v.pipe(v.number(), v.minValue(MIN_RATE_HZ), v.maxValue(MAX_RATE_HZ));

const ClientMessage = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), protocol: v.number(), key: v.pipe(v.string(), v.maxLength(128)) }),
  /** Watch this process instead of the previous one; a full snapshot follows. */
  v.strictObject({ type: v.literal('watch'), pid, rateHz }),
  v.strictObject({ type: v.literal('rate'), rateHz }),
  /** Stop updates and keep the picture; `resume` continues with one combined delta. */
  v.strictObject({ type: v.literal('pause') }),
  v.strictObject({ type: v.literal('resume') }),
  v.strictObject({ type: v.literal('unwatch') }),
  /** Start or stop the list of processes, sent now and every two seconds. */
  v.strictObject({ type: v.literal('processes'), on: v.boolean() }),
  /** Start or stop the memory figures of the watched process, sent now and then. */
  v.strictObject({ type: v.literal('memory'), on: v.boolean() }),
  /** Start or stop what tells what memory is for: the threads of the watched process and their stacks, at each change. */
  v.strictObject({ type: v.literal('uses'), on: v.boolean() }),
  /** What ELF files tell of the watched process, once. */
  v.strictObject({ type: v.literal('objects') }),
  /** The page lost its base: send a snapshot. */
  v.strictObject({ type: v.literal('resync') }),
  // Look once as soon as possible, even while paused.
  v.strictObject({ type: v.literal('look') }),
]);

export type ClientMessage = v.InferOutput<typeof ClientMessage>;

/** One process in the picker; sizes in KiB. Texts are escaped. `program` and `what`: text/process-label.ts. */
const Process = v.object({
  pid,
  ppid: v.number(),
  comm: v.string(),
  program: v.string(),
  what: v.string(),
  cmdline: v.string(),
  /** Bytes left out of the middle of the command line. */
  cmdline_omitted: v.number(),
  /** null here and in figures: unknown. */
  uid: v.nullable(v.number()),
  user: v.string(),
  state: v.string(),
  threads: v.nullable(v.number()),
  vsize_kb: v.nullable(v.number()),
  rss_kb: v.nullable(v.number()),
  start_time: v.number(),
  kernel_thread: v.boolean(),
  /** False: reading its map needs more rights. */
  readable: v.boolean(),
  /** One of procmap's own processes. */
  own: v.boolean(),
  /** False: the kernel holds every read of its files. The other fields are the last ones read, if any. */
  answering: v.boolean(),
});

export type Process = v.InferOutput<typeof Process>;

/** Each figure is explained in memory.ts. */
const Memory = v.object({
  vsz_kb: v.nullable(v.number()),
  rss_kb: v.nullable(v.number()),
  mem_percent: v.nullable(v.number()),
  hugetlb_kb: v.nullable(v.number()),
  smem: v.nullable(
    v.object({ swap_kb: v.nullable(v.number()), uss_kb: v.nullable(v.number()), pss_kb: v.nullable(v.number()), rss_kb: v.nullable(v.number()) }),
  ),
  smem_from: v.nullable(v.picklist(SMEM_FILES)),
  smem_error: v.nullable(v.object({ error: v.string(), message: v.string() })),
  mem_total_kb: v.number(),
  max_map_count: v.number(),
  taken_at: v.number(),
  read_ms: v.number(),
}) satisfies v.GenericSchema<MemoryFigures>;

const place = v.object({
  page: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(END_PAGE_64)),
  byte: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(PAGE_SIZE - 1)),
});
const perms = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7));
const numbers = v.pipe(v.array(v.number()), v.readonly());

/** Explained in kernel-half.ts. */
const KernelHalfSchema = v.object({
  source: v.picklist(KERNEL_SOURCES),
  note: v.string(),
  regions: v.pipe(
    v.array(
      v.pipe(
        v.object({ name: v.string(), kind: v.string(), start: place, end: place, perms: v.nullable(perms), source: v.picklist(['lkm', 'kcore', 'inferred']) }),
        v.check(({ start, end }) => compareBytes(start, end) < 0),
      ),
    ),
    v.readonly(),
  ),
  ranges: v.nullable(
    v.pipe(
      v.object({ gaps: numbers, pages: numbers, perms: v.string(), shift: v.string() }),
      v.check((packed) => arePackedRanges(packed)),
      v.transform(unpackRanges),
    ),
  ),
}) satisfies v.GenericSchema<unknown, KernelHalf>;

const ServerMessage = v.variant('type', [
  v.object({
    type: v.literal('welcome'),
    protocol: v.number(),
    version: v.string(),
    /** A sentence on whose processes are hidden; empty when all can be read. */
    hidden: v.string(),
    host: v.string(),
    /** Updates per second until the viewer chooses a rate (procmap serve --rate). */
    defaultRateHz: rateHz,
  }),
  v.object({ type: v.literal('processes'), processes: v.array(Process) }),
  /** The state of the watched process, on each change. `message` says what happened and what to do. */
  v.object({ type: v.literal('state'), pid, state: v.picklist(WATCH_STATES), message: v.string() }),
  /** A look that found no change: the map of `sequence` still holds. */
  v.object({ type: v.literal('tick'), pid, sequence: v.number(), takenAt: v.number(), readMs: v.number(), bytes: v.number(), reads: v.number() }),
  /** The first map takes long: bytes of maps read so far. */
  v.object({ type: v.literal('progress'), pid, bytes: v.number() }),
  /**
   * The rate in force. It is below the requested one when looks would use too much of a core; then `message` says so.
   */
  v.object({ type: v.literal('rate'), pid, askedHz: v.number(), actualHz: v.number(), corePercent: v.number(), message: v.string() }),
  /** null where it cannot be read; then `message` says why. */
  v.object({ type: v.literal('memory'), pid, memory: v.nullable(Memory), message: v.string() }),
  /**
   * Threads of the watched process (use/evidence.ts), one by one: id, name (escaped), page of the stack pointer. `guards`:
   * start and end page of each range, in turn.
   */
  v.object({
    type: v.literal('threads'),
    pid,
    tids: v.array(pid),
    comms: v.array(v.string()),
    pages: v.array(v.nullable(v.number())),
    guards: v.array(v.number()),
    left: v.number(),
    denied: v.string(),
  }),
  /** What ELF files tell (use/evidence.ts): start and end page of each bss, in turn. Not sent where nothing can be told. */
  v.object({ type: v.literal('objects'), pid, bss: v.array(v.number()), go: v.boolean() }),
  /** The kernel half: once, and on each change. */
  v.object({ type: v.literal('kernel'), half: KernelHalfSchema }),
  v.object({ type: v.literal('error'), error: v.string(), message: v.string() }),
]);

export type ServerMessage = v.InferOutput<typeof ServerMessage>;

/** Encodes the kernel half for the stream. */
export function kernelMessage(half: KernelHalf): string {
  return JSON.stringify({ type: 'kernel', half: { ...half, ranges: half.ranges === null ? null : packRanges(half.ranges) } });
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}

/** null when the text is not a message of this protocol. */
export function parseClientMessage(text: string): ClientMessage | null {
  return parse(ClientMessage, text);
}

/** null when the text is not a message of this protocol. */
export function parseServerMessage(text: string): ServerMessage | null {
  return parse(ServerMessage, text);
}
