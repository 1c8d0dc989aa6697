import { availableParallelism, loadavg } from 'node:os';
import { Daemon } from '../daemon.ts';
import { buildFixtures } from '../fixtures/fixture.ts';
import { Cleanup } from './cleanup.ts';
import { measureCommands } from './commands.ts';
import { measureEscaping } from './escaping.ts';
import { measureIdle } from './idle.ts';
import { measureTable, type Part } from './measure.ts';
import { measureMemory } from './memory.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { measureReading } from './reading/reading.ts';
import { LARGE, MILLION, nearest, startSubjects, THOUSAND, TYPICAL } from './subject.ts';
import { count } from './table.ts';
import { measureUses } from './uses.ts';

/** make bench: prints procmap's costs beside the least possible ones; asserts nothing. */
const cleanup = new Cleanup();

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

async function startDaemon(): Promise<Daemon> {
  const daemon = await Daemon.start();
  cleanup.defer(async () => {
    await daemon.stop();
  });
  return daemon;
}

async function bench({ quick, parts }: BenchOptions): Promise<void> {
  buildFixtures();
  const sizes = parts.every((part) => part === 'uses') ? [] : [37, TYPICAL, THOUSAND, 5000, LARGE, ...(quick ? [] : [MILLION])];
  const subjects = await startSubjects(sizes, cleanup, say);
  if (subjects.length > 0) say(`processes of ${subjects.map(({ rows }) => count(rows)).join(', ')} mappings`);
  const [typical, large] = [nearest(subjects, TYPICAL), nearest(subjects, LARGE)];
  const found: Part[] = [];
  const measure = async (what: string, run: () => Promise<Part>): Promise<void> => {
    const begin = performance.now();
    try {
      found.push(await run());
      say(`${what}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    } catch (error) {
      // The results of the other parts are still useful.
      say(`${what}: ${describeError(error)}`);
      process.exitCode = 1;
    }
  };
  if (parts.includes('reading')) await measure('reading', () => measureReading(subjects, quick, cleanup));
  if (parts.includes('escaping')) await measure('escaping', () => measureEscaping(quick));
  if (parts.includes('commands') && typical !== undefined && large !== undefined) await measure('commands', () => measureCommands([typical, large], quick));
  if (parts.includes('uses')) await measure('uses', () => measureUses(quick, cleanup));
  if (parts.includes('memory') && large !== undefined) {
    const daemon = await startDaemon();
    await measure('memory', () => measureMemory(large, daemon, quick, cleanup));
    await measure('nobody watches', () => measureIdle(daemon, cleanup));
  }
  const pictured = parts.filter((part) => ['frames', 'gestures', 'searching', 'heap'].includes(part));
  if (pictured.length > 0 && typical !== undefined && large !== undefined) {
    // Imported late: with Playwright in the heap, a garbage collection takes longer than in the reader, which the parts
    // above measure.
    const [{ BareBrowser }, { openBrowser }, { measurePage }, { measureFrames }, { measureGestures }, { measureSearching }, { measureHeap }] =
      await Promise.all([
        import('./page/bare-browser.ts'),
        import('./page/browser.ts'),
        import('./page/page.ts'),
        import('./page/frames.ts'),
        import('./page/gestures.ts'),
        import('./page/searching.ts'),
        import('./page/heap.ts'),
      ]);
    const daemon = await startDaemon();
    if (pictured.includes('frames')) {
      const bare = new BareBrowser(cleanup);
      await measure('first visit', () => measurePage([typical, large], bare, daemon, quick));
      await bare.close();
    }
    const browser = await openBrowser(cleanup);
    const huge = [large, nearest(subjects, MILLION)].filter((subject) => subject !== undefined);
    if (pictured.includes('frames')) await measure('frames', () => measureFrames(subjects, browser, daemon, quick));
    if (pictured.includes('gestures')) await measure('gestures', () => measureGestures(huge, browser, daemon));
    if (pictured.includes('searching')) await measure('searching', () => measureSearching(huge, browser, daemon, quick));
    if (pictured.includes('heap')) await measure('heap', () => measureHeap(large, browser, daemon, quick));
  }
  const load = loadavg()[0] ?? NaN;
  const texts = [measureTable(found.flatMap(({ measures }) => measures)), ...found.map(({ text }) => text)];
  process.stdout.write(`${texts.join('\n\n')}\n\nLoad of the machine: ${load.toFixed(1)} on ${availableParallelism()} cores\n`);
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await bench(parseOptions(process.argv.slice(2)));
} catch (error) {
  say(describeError(error));
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
