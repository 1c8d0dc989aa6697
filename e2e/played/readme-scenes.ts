import { type Scene, select, told } from './scene.ts';

/** A picture of README.md: a scene, and the part of the page to show. */
export interface Shown extends Scene {
  /** In CSS px; without it, the whole page. */
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** README.md shows two of these side by side; wider ones would be unreadable there. */
const SMALL = { viewport: { width: 1200, height: 540 } } as const;
const DIAGRAM = { x: 344, y: 48, width: 544, height: 464 };
const WITH_SEARCH = { x: 334, y: 0, width: 554, height: 512 };
/** To the right of the labels. */
const LEGEND = { x: 698, y: 48, width: 502, height: 464 };

export const README_SCENES: readonly Shown[] = [
  { name: 'whole-space', context: { viewport: { width: 1200, height: 760 } }, play: (stage) => stage.open() },
  { name: 'linear', context: SMALL, crop: DIAGRAM, play: (stage) => stage.open({}, '&scale=linear&show=user') },
  {
    name: 'library',
    context: SMALL,
    crop: WITH_SEARCH,
    play: async (stage) => {
      await stage.open();
      await select(stage, 'libcrypto', 'libcrypto.so.3');
    },
  },
  { name: 'permissions', context: SMALL, crop: DIAGRAM, play: (stage) => stage.open({}, '&colour=perms&show=user') },
  {
    name: 'uses',
    context: { viewport: { width: 1200, height: 760 } },
    crop: { x: 344, y: 48, width: 856, height: 684 },
    play: async (stage) => {
      stage.playFigures();
      await stage.open({}, '&colour=use&show=user');
      await stage.page.getByRole('button', { name: 'Read figures' }).click();
      await told(stage, 'Largest in memory');
    },
  },
  {
    name: 'residency',
    context: SMALL,
    crop: LEGEND,
    play: async (stage) => {
      stage.playFigures();
      await stage.open({}, '&show=user');
      for (let i = 0; i < 4; i++) await stage.page.keyboard.press('c');
      await told(stage, 'Read at');
    },
  },
  {
    name: 'address',
    context: SMALL,
    crop: DIAGRAM,
    play: async (stage) => {
      await stage.open();
      await stage.page.keyboard.press('g');
      await stage.page.getByTestId('goto').waitFor();
      await stage.page.keyboard.type('libc.so.6+0x1d30');
    },
  },
  {
    name: 'table',
    context: SMALL,
    crop: WITH_SEARCH,
    play: async (stage) => {
      await stage.open();
      await stage.page.getByTestId('search').fill('kind:anon,heap size>1M');
      await stage.page.getByTestId('diagram').focus();
      await stage.page.keyboard.press('t');
      await stage.page.getByTestId('table').waitFor();
    },
  },
];
