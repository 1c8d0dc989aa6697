import type { Line } from './label.ts';
import type { Scene } from '../paint/scene.ts';
import { fitText } from '../paint/text.ts';

/**
 * The first choice that fits entirely, most informative first: words are dropped, never cut. Each is a name and its
 * details.
 */
export function fitWords(scene: Scene, choices: readonly (readonly string[])[], room: number, font: string): Line {
  const { measure, plot } = scene;
  for (const [name = '', ...details] of choices) {
    const detail = details.filter((each) => each !== '').join('  ');
    const nameWidth = measure(name, font);
    const detailX = detail === '' ? 0 : nameWidth + 10 * plot.dpr;
    if ((detail === '' ? nameWidth : detailX + measure(detail, font)) <= room) return { name, detail, detailX };
  }
  return { name: '', detail: '', detailX: 0 };
}

/**
 * For file names. The best of: a full name with all details, a shorter name, fewer details, finally a name with an
 * ellipsis.
 */
export function fitLine(scene: Scene, names: readonly string[], details: readonly string[], room: number, font: string): Line {
  const space = 10 * scene.plot.dpr;
  const { measure } = scene;
  for (let count = details.length; count > 0; count--) {
    const detail = details.slice(0, count).join('  ');
    for (const name of count === details.length ? names : names.slice(-1)) {
      const detailX = measure(name, font) + space;
      if (detailX + measure(detail, font) <= room) return { name, detail, detailX };
    }
  }
  const size = details[0] ?? '';
  const short = names.at(-1) ?? '';
  const name = fitText(short, room - space - measure(size, font), font, measure);
  if (name !== '') return { name, detail: size, detailX: measure(name, font) + space };
  return { name: fitText(short, room, font, measure), detail: '', detailX: 0 };
}

/** Details without the name, which stands elsewhere. */
export function withoutName(details: readonly string[]): string[][] {
  return details.map((_, left) => details.slice(0, details.length - left));
}
