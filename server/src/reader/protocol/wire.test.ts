import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeMessage, MessageReader } from './wire.ts';

const MOST = 1 << 16;
const message = fc.record({ head: fc.record({ id: fc.nat() }), body: fc.uint8Array({ maxLength: 200 }) });

it('puts messages together from chunks of any size', () =>
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 1, max: 64 }), (messages, size) => {
      const stream = Buffer.concat(messages.flatMap(({ head, body }) => encodeMessage(head, body)));
      const reader = new MessageReader(MOST);
      const got = [];
      for (let at = 0; at < stream.length; at += size) got.push(...reader.push(stream.subarray(at, at + size)));
      expect(got).toEqual(messages);
    }),
  ));

it('refuses impossible lengths', () => {
  expect(() => new MessageReader(MOST).push(Buffer.from([255, 255, 255, 255, 1, 0, 0, 0]))).toThrow(/impossible length/);
  expect(() => new MessageReader(MOST).push(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]))).toThrow(/impossible length/);
});

it('allocates nothing for a message above the limit', () => {
  const claim = Buffer.alloc(8);
  claim.writeUInt32LE(1 << 30, 0);
  claim.writeUInt32LE((1 << 30) - 4, 4);
  const before = process.memoryUsage().arrayBuffers;
  expect(() => new MessageReader(MOST).push(claim)).toThrow(/impossible length/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST);
  const exact = Buffer.concat(encodeMessage({ id: 1 }, new Uint8Array(MOST - 4 - '{"id":1}'.length)));
  expect(new MessageReader(MOST).push(exact)).toHaveLength(1);
  const more = Buffer.concat(encodeMessage({ id: 1 }, new Uint8Array(MOST - 3 - '{"id":1}'.length)));
  expect(() => new MessageReader(MOST).push(more)).toThrow(/impossible length/);
});
