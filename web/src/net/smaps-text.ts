import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type CostJson, FiguresBuilder, type SmapsJson, type SmapsRowJson } from '@procmap/shared/output/smaps-json.ts';

/** The content of an answer. */
export interface SmapsAnswer {
  readonly figures: MappingFigures;
  readonly takenAt: number;
  readonly torn: boolean;
  readonly cost: CostJson;
}

/**
 * Parses the text of `GET /api/processes/:pid/smaps` as it arrives: rows stand on lines of their own and are parsed
 * piece by piece, so that 65,000 of them do not block the page. Throws on malformed text.
 */
export class SmapsText {
  #rest = '';
  #head: Pick<SmapsJson, 'columns' | 'taken_at'> | null = null;
  #figures: FiguresBuilder | null = null;

  /** Rows so far. */
  get rows(): number {
    return this.#figures?.length ?? 0;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (lines.length > 0 && this.#figures === null) {
      this.#head = JSON.parse(`${lines.shift() ?? ''}]}`) as SmapsJson;
      this.#figures = new FiguresBuilder(this.#head.columns);
    }
    if (lines.length === 0) return;
    const rows = JSON.parse(`[${lines.join('').replace(/,$/, '')}]`) as SmapsRowJson[];
    for (const row of rows) this.#figures?.add(row);
  }

  /** The problem, if the answer could not be read to its end. */
  finish(): SmapsAnswer | { readonly problem: string } {
    if (this.#figures === null || this.#head === null || !this.#rest.startsWith(']')) throw new RangeError('smaps: the answer is cut off');
    const { error, cost, torn = false } = JSON.parse(`{"rows":[${this.#rest}`) as SmapsJson;
    if (error !== undefined || cost === undefined) return { problem: error?.message ?? 'The daemon did not finish reading it.' };
    return { figures: this.#figures.finish(), takenAt: Date.parse(this.#head.taken_at), torn, cost };
  }
}
