import { CONDITION_SCENES } from './condition-scenes.ts';
import { LIGHT, NARROW, type Scene, select, told } from './scene.ts';

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
  ...CONDITION_SCENES,
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
      await stage.page.getByRole('switch', { name: 'Patterns as well as colours' }).click();
    },
  },
  {
    name: 'colours-by-memory',
    play: async (stage) => {
      stage.playFigures();
      await stage.open({}, '&show=user');
      for (let i = 0; i < 4; i++) await stage.page.keyboard.press('c');
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
      await told(stage, 'reveals');
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
