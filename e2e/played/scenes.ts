import type { BrowserContextOptions } from '@playwright/test';
import { META, PROCESS } from './recorded.ts';
import type { Stage } from './stage.ts';

/** A state of the page that a person can meet: looked at as a picture, and by axe. */
export interface Scene {
  readonly name: string;
  readonly context?: BrowserContextOptions;
  /** Brings the page there, and waits until it is. */
  readonly play: (stage: Stage) => Promise<unknown>;
}

const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;
const LIGHT = { colorScheme: 'light' } as const;

/** Waits for the words of a banner or of the empty stage. */
function told({ page }: Stage, words: string): Promise<void> {
  return page.getByText(words).first().waitFor();
}

export const SCENES: readonly Scene[] = [
  { name: 'map', play: (stage) => stage.open() },
  { name: 'map-light', context: LIGHT, play: (stage) => stage.open() },
  { name: 'map-narrow', context: NARROW, play: (stage) => stage.open() },
  {
    name: 'map-zoomed-text',
    // 200 % of 1280 × 900.
    context: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
    play: (stage) => stage.open(),
  },
  {
    name: 'selected',
    play: async (stage) => {
      await stage.open();
      await select(stage, 'libcrypto', 'libcrypto.so.3');
    },
  },
  {
    name: 'selected-narrow',
    context: { ...NARROW, ...LIGHT },
    play: async (stage) => {
      await stage.open();
      await select(stage, 'w+x', 'Anonymous');
    },
  },
  { name: 'nothing-picked', play: (stage) => stage.played.open(null).then(() => told(stage, 'Pick a process')) },
  { name: 'loading', play: (stage) => stage.open({ table: null, state: 'live' }).then(() => told(stage, 'Reading the map')) },
  {
    name: 'loading-long',
    play: async (stage) => {
      await stage.open({ table: null, state: 'live' });
      stage.played.say({ type: 'progress', pid: PROCESS.pid, bytes: 31_500_000 });
      await told(stage, 'of text so far');
    },
  },
  {
    name: 'exited',
    play: async (stage) => {
      await stage.open();
      stage.played.say({ type: 'state', pid: PROCESS.pid, state: 'exited', message: `process ${PROCESS.pid} (python3) has ended` });
      await told(stage, 'The process has ended');
    },
  },
  {
    name: 'zombie',
    play: (stage) =>
      stage
        .open({ table: null, state: 'zombie', message: 'process 4213 (python3) is a zombie: its parent 1 has not collected it yet' })
        .then(() => told(stage, 'zombie')),
  },
  {
    name: 'kernel-thread',
    play: (stage) =>
      stage
        .open({ table: null, state: 'kernel_thread', message: 'process 4213 is a kernel thread: it has no user address space' })
        .then(() => told(stage, 'kernel thread')),
  },
  {
    name: 'no-permission',
    context: LIGHT,
    play: (stage) =>
      stage
        .open({ table: null, state: 'no_permission', message: 'run procmap as root (sudo) to read processes of other users' })
        .then(() => told(stage, 'may not be read')),
  },
  {
    name: 'not-found',
    play: (stage) => stage.open({ table: null, state: 'not_found', message: 'there is no process 4213' }).then(() => told(stage, 'No such process')),
  },
  {
    name: 'stalled',
    play: async (stage) => {
      await stage.open();
      stage.played.say({ type: 'state', pid: PROCESS.pid, state: 'stalled', message: 'the kernel holds its map back; procmap tries again' });
      await told(stage, 'The kernel does not answer');
    },
  },
  {
    name: 'reconnecting',
    context: LIGHT,
    play: async (stage) => {
      await stage.open();
      await stage.played.vanish();
      await told(stage, 'Connection lost');
    },
  },
  {
    name: 'daemon-gone',
    play: async (stage) => {
      await stage.page.clock.install({ time: META.takenAt });
      await stage.open();
      await stage.played.vanish();
      await told(stage, 'Connection lost');
      await stage.page.clock.fastForward(11_000);
      await told(stage, 'The daemon is gone');
    },
  },
  { name: 'torn', play: (stage) => stage.open({ meta: { ...META, cost: { ...META.cost, torn: true } } }).then(() => told(stage, 'torn')) },
  {
    name: 'torn-explained',
    context: NARROW,
    play: async (stage) => {
      await stage.open({ meta: { ...META, cost: { ...META.cost, torn: true } } });
      await stage.page.getByText('torn', { exact: true }).click();
      await told(stage, 'some rows may be of one moment');
    },
  },
  {
    name: 'slowed',
    play: async (stage) => {
      await stage.open();
      stage.played.say({
        type: 'rate',
        pid: PROCESS.pid,
        askedHz: 10,
        actualHz: 2.5,
        corePercent: 38,
        message: 'Looking ten times a second would take 38 % of a core; procmap looks 2.5 times a second.',
      });
      await told(stage, 'slowed to 2.5 Hz');
    },
  },
  {
    name: 'kernel-hidden',
    play: async (stage) => {
      const note = 'hidden by the kernel (kptr_restrict=2); set it to 1 or 0, or load the module of procmap, to see it';
      await stage.open({ kernel: { source: 'none', note, regions: [], ranges: null } });
      await told(stage, note);
    },
  },
  {
    name: 'paused',
    play: async (stage) => {
      await stage.open();
      await stage.page.getByTestId('live').click();
      await told(stage, 'Paused');
    },
  },
  {
    name: 'no-link',
    play: async (stage) => {
      await stage.page.addInitScript(() => {
        sessionStorage.clear();
      });
      await stage.played.open(null);
      await stage.page.getByTestId('gate').waitFor();
    },
  },
  {
    name: 'session-over',
    context: { ...NARROW, ...LIGHT },
    play: async (stage) => {
      await stage.open();
      await stage.played.refuse();
      await stage.page.getByTestId('gate').waitFor();
    },
  },
  {
    name: 'restarted',
    context: LIGHT,
    play: async (stage) => {
      await stage.open();
      await stage.played.refuse('other_start');
      await stage.page.getByRole('link', { name: 'go to the new address' }).waitFor();
    },
  },
  {
    name: 'help',
    context: LIGHT,
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('?');
      await stage.page.getByTestId('help').waitFor();
    },
  },
  {
    name: 'colours-by-permissions',
    play: async (stage) => {
      await stage.open({}, '&colour=perms&show=user');
    },
  },
  {
    name: 'colours-by-file-with-patterns',
    context: LIGHT,
    play: async (stage) => {
      await stage.open({}, '&colour=file&show=user');
      await stage.page.getByRole('switch', { name: 'Patterns beside colours' }).click();
    },
  },
  {
    name: 'colours-by-memory',
    play: async (stage) => {
      stage.playFigures();
      await stage.open({}, '&show=user');
      for (let i = 0; i < 3; i++) await stage.page.keyboard.press('c');
      await told(stage, 'Read at');
    },
  },
  {
    name: 'figures',
    context: LIGHT,
    play: async (stage) => {
      stage.playFigures();
      await stage.open();
      await select(stage, '[heap]', '[heap]');
      await stage.page.getByRole('button', { name: 'Read figures' }).click();
      await told(stage, 'Read at');
      await stage.page.getByRole('button', { name: 'VmFlags' }).click();
    },
  },
  {
    name: 'filter',
    play: async (stage) => {
      await stage.open();
      await stage.page.getByTestId('search').fill('kind:text,data size>100K');
      await stage.page.getByTestId('diagram').focus();
    },
  },
  {
    name: 'completion',
    context: { ...NARROW, ...LIGHT },
    play: async (stage) => {
      await stage.open();
      await stage.page.getByTestId('search').pressSequentially('ki');
      await stage.page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'table',
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('t');
      await stage.page.getByTestId('table').waitFor();
    },
  },
  {
    name: 'linear',
    context: LIGHT,
    play: (stage) => stage.open({}, '&scale=linear'),
  },
  {
    name: 'mapped',
    play: (stage) => stage.open({}, '&scale=mapped&show=user'),
  },
  {
    name: 'share',
    context: LIGHT,
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('x');
      await stage.page.getByTestId('share-preview').waitFor();
    },
  },
  {
    name: 'share-narrow-with-addresses',
    context: NARROW,
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('x');
      await stage.page.getByTestId('share-preview').waitFor();
      await stage.page.getByRole('switch', { name: 'Real addresses and paths' }).click();
      await told(stage, 'gives away');
    },
  },
  {
    name: 'go-to',
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('g');
      await stage.page.getByTestId('goto').waitFor();
    },
  },
  { name: 'forced-colours', context: { forcedColors: 'active' }, play: (stage) => stage.open() },
];

/** Finds something, goes there, and leaves the search. */
async function select({ page }: Stage, query: string, title: string): Promise<void> {
  const search = page.getByTestId('search');
  await search.fill(query);
  await search.press('Enter');
  await page.getByTestId('diagram').focus();
  await page
    .getByRole('heading', { level: 3 })
    .filter({ hasText: title })
    .or(page.locator('bdi').filter({ hasText: title }))
    .first()
    .waitFor();
}
