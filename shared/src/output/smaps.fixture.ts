import type { MappingFigures } from '../figures/mapping-figures.ts';
import { FiguresBuilder, type SmapsJson } from './smaps-json.ts';

/** The figures of an answer. Throws RangeError as the builder does. */
export function figuresOf({ columns, rows }: Pick<SmapsJson, 'columns' | 'rows'>): MappingFigures {
  const made = new FiguresBuilder(columns);
  for (const row of rows) made.add(row);
  return made.finish();
}
