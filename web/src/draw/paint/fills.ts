import type { Classes } from '../../colour/classes.ts';
import { inkOn } from '../../colour/contrast.ts';
import type { Theme } from './theme.ts';

/** The paint of each colour class in one theme. */
export interface Fills {
  /** By class; undefined classes use the colour for unknown ones. */
  readonly fill: readonly string[];
  /** Ink of text on it. */
  readonly ink: readonly string[];
  /** Index in patterns.classes. */
  readonly pattern: readonly number[];
}

export function fillsOf(theme: Theme, list: Classes['list']): Fills {
  const fill = list.map((each) => theme.fills.get(each?.token ?? 'class-unknown') ?? theme.line);
  return { fill, ink: fill.map(inkOn), pattern: list.map((each) => each?.pattern ?? 0) };
}
