import type { Browser, Page } from '@playwright/test';
import type { Daemon } from '../../daemon.ts';
import { newPage, openProcess } from './browser.ts';
import { Hand } from './hand.ts';
import { atMost, type Measure, type Part } from '../measure.ts';
import { record, recorded, type Recording } from './recorder.ts';
import { median, p95 } from '../stats.ts';
import type { Subject } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';

/** Mappings that change each second meanwhile, and for how long. */
const CHANGES = 1000;
const CHANGE_MS = 45_000;
/** Time until animations have ended. */
const REST_MS = 700;

const GESTURES: readonly (readonly [name: string, make: (hand: Hand) => Promise<void>])[] = [
  ['wheel in', (hand) => hand.wheel(14, -100)],
  ['throw', (hand) => hand.throw(260)],
  ['hold S', (hand) => hand.hold('s', 500)],
  ['pinch', (hand) => hand.pinch(40)],
  ['hold D', (hand) => hand.hold('d', 700)],
  ['double click', (hand) => hand.doubleClick()],
  ['five steps, Enter', (hand) => hand.press(']', ']', ']', ']', ']', 'Enter')],
  ['wheel out', (hand) => hand.wheel(14, 100)],
  ['overview', (hand) => hand.drive()],
  ['Home', (hand) => hand.press('Home')],
];

interface Played {
  readonly subject: Subject;
  readonly recordings: ReadonlyMap<string, Recording>;
}

/** Ten gestures by real input, while a thousand mappings change each second. */
export async function measureGestures(subjects: readonly Subject[], browser: Browser, daemon: Daemon): Promise<Part> {
  const all: Played[] = [];
  for (const subject of subjects) {
    const page = await newPage(browser);
    await openProcess(page, daemon, subject.pid);
    // Plays all of them once before, to compile the code.
    await play(page, subject);
    await subject.fixture.command(`flip ${CHANGES} ${CHANGE_MS}`);
    all.push({ subject, recordings: await play(page, subject) });
    await page.context().close();
    await subject.fixture.line();
  }
  return { measures: all.flatMap(measuresOf), text: all.map(describe).join('\n\n') };
}

async function play(page: Page, { middlePage }: Subject): Promise<ReadonlyMap<string, Recording>> {
  const hand = new Hand(page);
  const recordings = new Map<string, Recording>();
  for (const [name, make] of GESTURES) {
    await hand.reach(middlePage);
    await record(page);
    await make(hand);
    await page.waitForTimeout(REST_MS);
    recordings.set(name, await recorded(page));
  }
  return recordings;
}

function measuresOf({ subject, recordings }: Played): Measure[] {
  const every = [...recordings.values()];
  const frames = every.flatMap((recording) => recording.frames);
  const rows = count(subject.rows);
  return [
    atMost(`frame in ten gestures at ${rows} mappings, ${count(CHANGES)} changing a second, median`, median(frames), 8, 'ms'),
    atMost('the same, 95th percentile', p95(frames), 8, 'ms'),
    atMost(`input to paint at ${rows} mappings, 95th percentile`, p95(every.flatMap(({ inputFrames }) => inputFrames)), 2, 'frames'),
  ];
}

function describe({ subject, recordings }: Played): string {
  const table = textTable([
    ['gesture', 'frames', 'median', 'p95', 'worst', 'frame to frame', 'p95', 'input to paint', 'long tasks', 'longest'],
    ...Array.from(recordings, ([name, { frames, intervals, inputFrames, longTasks }]) => [
      name,
      count(frames.length),
      ...[median(frames), p95(frames), Math.max(0, ...frames), median(intervals), p95(intervals)].map(digits),
      inputFrames.length === 0 ? '-' : digits(median(inputFrames)),
      count(longTasks.length),
      digits(Math.max(0, ...longTasks)),
    ]),
  ]);
  return `Gestures at ${count(subject.rows)} mappings (ms; "input to paint" in frames): real input, ${count(CHANGES)} mappings change each second, each frame with its raster\n\n${table}`;
}
