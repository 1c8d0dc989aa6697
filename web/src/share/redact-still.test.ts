import { tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { Use } from '@procmap/shared/use/use-list.ts';
import { usesOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { expect, it } from 'vitest';
import { fit } from '../axis/camera.ts';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { classesByUse } from '../colour/by-use.ts';
import type { Classes } from '../colour/classes.ts';
import type { Still } from '../draw/still.ts';
import { redactStill } from './redact-still.ts';

it('keeps what each mapping is for, and tells neither whose it is nor where', () => {
  const uses = usesOf(
    `
    550000100000-550000121000 rw-p [heap]
    7f0000000000-7f0000001000 ---p ; nh
    7f0000001000-7f0000801000 rw-p ; rd wr nh
    7f0010000000-7f0010100000 rw-p`,
    { threads: { threads: [{ tid: 812, comm: 'payroll-of-ann', stackPage: 0x7_f000_0100 }], guards: [], left: 0, denied: '' } },
  );
  expect([...uses.use]).toContain(Use.thread_stack);
  expect(uses.of(2)).toContain('payroll-of-ann');
  const hierarchy = buildHierarchy(tile(uses.table, LAYOUT_64));
  const { intervals } = hierarchy.axis;
  const still: Still = {
    hierarchy,
    camera: fit(hierarchy.axis, 600),
    cssWidth: 800,
    cssHeight: 600,
    dpr: 1,
    classes: classesByUse(intervals, uses),
    hits: null,
    pages: null,
    selected: null,
    highlights: [],
    veil: null,
  };
  const redacted = redactStill(still, 600);
  const ofRows = (classes: Classes, row: Int32Array): string[] =>
    Array.from(uses.use.keys(), (at) => classes.list[classes.of[row.indexOf(at)] ?? -1]?.id ?? '');
  const made = redacted.hierarchy.axis.intervals;
  expect(ofRows(redacted.classes, made.row)).toEqual(['use-heap', 'use-stack', 'use-stack', 'use-none']);
  expect(ofRows(redacted.classes, made.row)).toEqual(ofRows(still.classes, intervals.row));
  // Nothing that is painted or listed has a text of the uses.
  expect(JSON.stringify([redacted, made])).not.toContain('payroll');
});
