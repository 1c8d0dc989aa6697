import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tables } from '../../table.fixture.ts';
import type { UseEvidence } from '../evidence.ts';
import { identify } from './identify.ts';
import { NO_USE, Use, USES } from '../use-list.ts';

const page = fc.integer({ min: 0, max: 64 });
const evidences: fc.Arbitrary<UseEvidence> = fc.record({
  flags: fc.option(fc.uint32Array({ minLength: 24, maxLength: 24 })),
  threads: fc.option(
    fc.record({
      threads: fc.array(fc.record({ tid: fc.nat(), comm: fc.string(), stackPage: fc.option(page) })),
      guards: fc.uniqueArray(page).map((pages) => pages.toSorted((a, b) => a - b).map((start) => ({ start, end: start + 1 }))),
      left: fc.nat(),
      denied: fc.string(),
    }),
  ),
  objects: fc.option(fc.record({ bss: fc.array(page.map((start) => ({ start, end: start + 3 }))), isGo: fc.boolean() })),
  commandLine: fc.string(),
});

describe('identify()', () => {
  it('gives each mapping a use with evidence, or none; parts tile their mapping', () => {
    fc.assert(
      fc.property(tables, evidences, (table, evidence) => {
        const uses = identify(table, evidence);
        expect(uses.use).toHaveLength(table.length);
        for (let row = 0; row < table.length; row++) {
          const facts = uses.facts(row);
          expect(USES[uses.use[row] ?? NO_USE] ?? null).toBe(facts.use);
          expect(facts.evidence !== '').toBe(facts.use !== null);
          expect(facts.certainty !== null).toBe(facts.use !== null);
          const parts = uses.parts(row);
          if (parts.length === 0) continue;
          expect(parts[0]?.start).toBe(table.start[row]);
          expect(parts.at(-1)?.end).toBe(table.end[row]);
          parts.forEach((part, i) => {
            expect(part.end).toBeGreaterThan(part.start);
            if (i > 0) expect(part.start).toBe(parts[i - 1]?.end);
          });
          if (uses.use[row] === Use.mixed) expect(parts.length).toBeGreaterThan(1);
        }
      }),
    );
  });
});
