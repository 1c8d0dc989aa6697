import { describe, expect, it } from 'vitest';
import { threadsOf } from './threads-answer.ts';

const STACK = { start: '0x7f0000001000', end: '0x7f0000801000', size: 8_388_608, resident_kb: 12, guard: 4096 };
const THREAD = { tid: 812, comm: 'worker-3', state: 'S', stack: STACK, evidence: 'the stack pointer of thread 812 lies in it' };

describe('the answer about threads', () => {
  it('has their stacks in pages; what is not known stays so', () => {
    const { evidence } = THREAD;
    expect(threadsOf([THREAD, { ...THREAD, stack: null }, { ...THREAD, stack: { ...STACK, resident_kb: null, guard: null } }])).toEqual([
      { tid: 812, comm: 'worker-3', state: 'S', stack: { startPage: 0x7_f000_0001, endPage: 0x7_f000_0801, residentKb: 12, guardBytes: 4096 }, evidence },
      { tid: 812, comm: 'worker-3', state: 'S', stack: null, evidence },
      { tid: 812, comm: 'worker-3', state: 'S', stack: { startPage: 0x7_f000_0001, endPage: 0x7_f000_0801, residentKb: null, guardBytes: null }, evidence },
    ]);
    expect(threadsOf([])).toEqual([]);
  });

  it.each([
    ['no list', { threads: [] }],
    ['no thread', [null]],
    ['no id', [{ ...THREAD, tid: '812' }]],
    ['no stack, nor that there is none', [{ ...THREAD, stack: undefined }]],
    ['no address', [{ ...THREAD, stack: { ...STACK, start: 'here' } }]],
    ['a guard that is no size', [{ ...THREAD, stack: { ...STACK, guard: 'yes' } }]],
    ['one bad thread among good ones', [THREAD, { ...THREAD, comm: 7 }]],
  ])('is refused with %s', (_, body) => expect(threadsOf(body)).toBeNull());
});
