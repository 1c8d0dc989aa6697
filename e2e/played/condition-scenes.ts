import { META, PROCESS } from './recorded.ts';
import { LIGHT, NARROW, type Scene, told } from './scene.ts';

/** States without a map, or with a problem of the map, the connection or the session. */
export const CONDITION_SCENES: readonly Scene[] = [
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
        .then(() => told(stage, 'cannot be read')),
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
      await told(stage, 'rows may be from different moments');
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
      await stage.page.addInitScript(() => sessionStorage.clear());
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
];
