import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeFrame, encodeSnapshot } from '@procmap/shared/codec.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { ANON_LINE, type Line, META, tableOf } from '@procmap/shared/table.fixture.ts';
import { Flag } from '@procmap/shared/use/flag-bits.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { UseEvidence } from '@procmap/shared/use/evidence.ts';
import { census } from '../uses/census.ts';
import { lookAt, type LookedAt } from '../uses/look.ts';
import { Program, temporaryFolder } from '../uses/program.ts';
import { programs, type Subject } from '../uses/subjects.ts';
import { wrongOf } from '../uses/wrong.ts';
import type { Cleanup } from './cleanup.ts';
import { atMost, type Measure, type Part } from './measure.ts';
import { interleave, time } from './rounds.ts';
import { count, digits, textTable } from './table.ts';

const ROWS = 65_000;
const LIMIT_MS = 5;

/** Of anonymous memory: mappings without a file, resident KiB, and of both what has a use. */
interface Hits {
  readonly mappings: number;
  readonly named: number;
  readonly kb: number;
  readonly namedKb: number;
  readonly told: number;
  readonly seen: number;
  readonly likely: number;
}

function hitsOf({ table, uses, inMemoryKb }: LookedAt): Hits {
  const hits = { mappings: 0, named: 0, kb: 0, namedKb: 0, told: 0, seen: 0, likely: 0 };
  for (let row = 0; row < table.length; row++) {
    if (table.kind[row] !== Kind.anon) continue;
    const { use, certainty } = uses.facts(row);
    hits.mappings++;
    hits.kb += inMemoryKb[row] ?? 0;
    // Where a part is not told, nothing of the mapping counts.
    if (use === null || certainty === null || uses.parts(row).some(({ claim }) => claim === null)) continue;
    hits.named++;
    hits.namedKb += inMemoryKb[row] ?? 0;
    hits[certainty]++;
  }
  return hits;
}

/** What memory is for: how much of that of real programs has a use, what is wrong, and what that costs. */
export async function measureUses(quick: boolean, cleanup: Cleanup): Promise<Part> {
  const { folder, remove } = temporaryFolder();
  cleanup.defer(() => {
    remove();
    return Promise.resolve();
  });
  const rows = [['program', 'mappings', 'named', 'resident', 'with a use', 'told', 'seen', 'likely', 'compared', 'wrong']];
  const measures: Measure[] = [];
  const running = programs(folder).map((subject) => ({ subject, program: startSubject(subject, cleanup) }));
  // Threads that run tell nothing at the first look.
  await Promise.all([setTimeout(1000), ...running.map(({ program }) => program)]);
  for (const { subject, program } of running) {
    const found = hitsOfSubject(await program);
    if (found === null) rows.push([subject.name, 'not installed']);
    else {
      const { hits, compared, wrong } = found;
      const share = (hits.namedKb / hits.kb) * 100;
      rows.push([
        subject.name,
        ...[hits.mappings, hits.named].map(count),
        `${digits(hits.kb / 1024)} MB`,
        `${share.toFixed(1)} %`,
        ...[hits.told, hits.seen, hits.likely, compared, wrong].map(count),
      ]);
      if (compared > 0) measures.push(atMost(`${subject.name}: wrong uses`, wrong, 0, ''));
      if (subject.least !== null)
        measures.push({
          what: `${subject.name}: resident with a use`,
          measured: `${share.toFixed(1)} %`,
          reach: `>= ${subject.least} %`,
          ok: share >= subject.least,
        });
    }
  }
  const all = census();
  measures.push(
    atMost(`wrong of ${all.seen.compared} seen, ${all.processes} processes`, all.seen.wrong.length, 0, ''),
    atMost(`wrong of ${all.likely.compared} likely`, (all.likely.wrong.length / Math.max(1, all.likely.compared)) * 100, 1, '%'),
  );
  for (const { program } of running) await (await program)?.stop();
  const speed = await measureSpeed(quick);
  const wrong = [...all.seen.wrong, ...all.likely.wrong].map((each) => `wrong: ${each}\n`).join('');
  const text = `What anonymous memory is for\n\n${textTable(rows)}\n\n${wrong}${speed.text}`;
  return { measures: [...measures, ...speed.measures], text };
}

/** Resolves to null if it is not installed. */
async function startSubject({ command, args, env, ready }: Subject, cleanup: Cleanup): Promise<Program | null> {
  if (command === null) return null;
  const program = await Program.start(ready, command, args, env);
  cleanup.defer(() => program.stop());
  return program;
}

function hitsOfSubject(program: Program | null): { readonly hits: Hits; readonly compared: number; readonly wrong: number } | null {
  if (program === null) return null;
  const look = lookAt(program.pid);
  return { hits: hitsOf(look), ...wrongOf(look, program) };
}

/** Rows of all kinds: libraries, arenas, stacks, pages of V8, plain memory. */
function mixedLines(files: readonly string[]): { readonly lines: readonly Line[]; readonly flags: Uint32Array } {
  const lines: Line[] = [];
  const flags: number[] = [];
  const add = (gap: number, pages: number, bits: number, more: Partial<Line> = {}): void => {
    const start = (lines.at(-1)?.end ?? 0x1_0000_0000) + gap;
    lines.push({ ...ANON_LINE, start, end: start + pages, ...more });
    flags.push(bits);
  };
  for (let i = 0; lines.length < ROWS; i++) {
    const name = files[i] ?? `/usr/lib/lib${i % 300}.so`;
    add(1, 4, Flag.rd, { name, kind: Kind.rodata, perms: 1 });
    add(0, 4, Flag.rd + Flag.ex, { name, kind: Kind.text, perms: 5 });
    add(0, 1, Flag.rd + Flag.wr, { name, kind: Kind.data });
    add(16_384 - ((lines.at(-1)?.end ?? 0) % 16_384), 33, Flag.nr);
    add(0, 16_351, Flag.nr, { perms: 0 });
    add(1, 1, Flag.nh, { perms: 0 });
    add(0, 2048, Flag.nh);
    add(3, 64, Flag.dc);
    add(5, 257, Flag.rd + Flag.wr);
    add(7, 16, Flag.ex, { perms: 7 });
  }
  return { lines: lines.slice(0, ROWS), flags: Uint32Array.from(flags.slice(0, ROWS)) };
}

const RUNTIMES = ['libjvm.so', 'node', 'qemu-system-x86_64', 'postgres', 'php8.2', 'opcache.so', 'libtsan.so.2', 'libjemalloc.so.2', 'chromium'];

async function measureSpeed(quick: boolean): Promise<Part> {
  const contestants = Object.entries({ 'of one runtime': ['node'], 'of all runtimes': RUNTIMES }).map(([what, names]) => {
    const { lines, flags } = mixedLines(['libc.so.6', ...names].map((name) => join('/usr/bin', name)));
    const table = tableOf(lines);
    const threads = lines.flatMap(({ start }, row) => (flags[row] === Flag.nh && row % 10 === 6 ? [{ tid: row, comm: 'worker', stackPage: start + 9 }] : []));
    const evidence: UseEvidence = { flags, threads: { threads: threads.slice(0, 1000), guards: [], left: 0, denied: '' }, objects: null, commandLine: '' };
    return [what, () => time(1, () => identify(table, evidence)), encodeSnapshot(1, META, table)] as const;
  });
  const [one, all] = contestants;
  if (one === undefined || all === undefined) throw new Error('two contestants');
  const rounds = await interleave(
    { fewest: quick ? 20 : 60, most: 200, forMs: quick ? 1000 : 5000 },
    { one: one[1], all: all[1], decode: () => time(1, () => decodeFrame(one[2])) },
  );
  const rows = [
    ['65,000 mappings', 'ms'],
    ['uses, one runtime', digits(rounds.wallMs('one'))],
    ['uses, all runtimes', digits(rounds.wallMs('all'))],
    ['decoding their frame', digits(rounds.wallMs('decode'))],
  ];
  return { measures: [atMost('uses of 65,000 mappings', rounds.wallMs('one'), LIMIT_MS, 'ms')], text: textTable(rows) };
}
