import * as v from 'valibot';
import { KERNEL_SOURCES, type KernelHalf } from './kernel-half.ts';
import { type Memory as MemoryFigures, SMEM_FILES } from './memory.ts';
import { arePackedRanges, packRanges, unpackRanges } from './packed-ranges.ts';
import { compareBytes, END_PAGE_64, PAGE_SIZE } from './page.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from './rate.ts';
import { WATCH_STATES } from './watch-states.ts';

/**
 * Control messages of the stream, JSON text, each validated where it arrives. Maps travel beside them as binary frames (codec.ts).
 * The first message must be `hello` with the session's key; nothing is sent before it is right.
 */

/** Numbers that a pid can be: 1 to 2^22 on 64-bit Linux; the syntax is checked as text elsewhere. */
const pid = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4_294_967_295));

/** Ticks a second that a viewer asks for. */
const rateHz = v.pipe(v.number(), v.minValue(MIN_RATE_HZ), v.maxValue(MAX_RATE_HZ));

const ClientMessage = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), protocol: v.number(), key: v.pipe(v.string(), v.maxLength(128)) }),
  /** Watch this process (and no longer the one before); a full snapshot follows. */
  v.strictObject({ type: v.literal('watch'), pid, rateHz }),
  v.strictObject({ type: v.literal('rate'), rateHz }),
  /** Stop ticks, keep the picture; `resume` goes on with one combined delta. */
  v.strictObject({ type: v.literal('pause') }),
  v.strictObject({ type: v.literal('resume') }),
  v.strictObject({ type: v.literal('unwatch') }),
  /** Send the list of processes now and every two seconds, or no longer. */
  v.strictObject({ type: v.literal('processes'), on: v.boolean() }),
  /** Send the memory figures of the watched process now and then, or no longer. */
  v.strictObject({ type: v.literal('memory'), on: v.boolean() }),
  /** The page lost its base: send a snapshot. */
  v.strictObject({ type: v.literal('resync') }),
  // One look as soon as may be, also while it is paused.
  v.strictObject({ type: v.literal('look') }),
]);

export type ClientMessage = v.InferOutput<typeof ClientMessage>;

/** One process as the picker shows it; sizes in KiB. Texts are visibly escaped. `program` and `what`: shared/process-label.ts. */
const Process = v.object({
  pid,
  ppid: v.number(),
  comm: v.string(),
  program: v.string(),
  what: v.string(),
  cmdline: v.string(),
  /** Bytes of it that were left out of its middle. */
  cmdline_omitted: v.number(),
  /** null, as figures: not known. */
  uid: v.nullable(v.number()),
  user: v.string(),
  state: v.string(),
  threads: v.nullable(v.number()),
  vsize_kb: v.nullable(v.number()),
  rss_kb: v.nullable(v.number()),
  start_time: v.number(),
  kernel_thread: v.boolean(),
  /** False: more rights are needed to read its map. */
  readable: v.boolean(),
  /** It is one of procmap's own. */
  own: v.boolean(),
  /** False: the kernel holds who reads its files; the rest is as it was read last, if it ever was. */
  answering: v.boolean(),
});

export type Process = v.InferOutput<typeof Process>;

/** shared/memory.ts, where each figure is explained. */
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

/** shared/kernel-half.ts, where it is explained. */
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
    /** Whose processes can be read, in words: empty when all can. */
    hidden: v.string(),
    host: v.string(),
    /** Ticks a second until the viewer chooses (procmap serve --rate). */
    defaultRateHz: rateHz,
  }),
  v.object({ type: v.literal('processes'), processes: v.array(Process) }),
  /** The state of the watched process, whenever it changes. `message` says what happened and what to do. */
  v.object({ type: v.literal('state'), pid, state: v.picklist(WATCH_STATES), message: v.string() }),
  /** A tick that changed nothing: the map of `sequence` still holds. */
  v.object({ type: v.literal('tick'), pid, sequence: v.number(), takenAt: v.number(), readMs: v.number(), bytes: v.number(), reads: v.number() }),
  /** The first map takes long: so many bytes of maps are read by now. */
  v.object({ type: v.literal('progress'), pid, bytes: v.number() }),
  /** The rate in force; below the asked one when a tick would use too much of a core, and then `message` says so. */
  v.object({ type: v.literal('rate'), pid, askedHz: v.number(), actualHz: v.number(), corePercent: v.number(), message: v.string() }),
  /** null where it cannot be read, and then `message` says why. */
  v.object({ type: v.literal('memory'), pid, memory: v.nullable(Memory), message: v.string() }),
  /** The kernel's half: once, and whenever it changed. */
  v.object({ type: v.literal('kernel'), half: KernelHalfSchema }),
  v.object({ type: v.literal('error'), error: v.string(), message: v.string() }),
]);

export type ServerMessage = v.InferOutput<typeof ServerMessage>;

/** The kernel's half as the stream says it. */
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

/** null when the text is no message of this protocol. */
export function parseClientMessage(text: string): ClientMessage | null {
  return parse(ClientMessage, text);
}

/** null when the text is no message of this protocol. */
export function parseServerMessage(text: string): ServerMessage | null {
  return parse(ServerMessage, text);
}
