import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeMessage, MessageReader } from './wire.ts';

const message = fc.record({ head: fc.record({ id: fc.nat() }), body: fc.uint8Array({ maxLength: 200 }) });

it('puts messages together from chunks of any size', () => {
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 1, max: 64 }), (messages, size) => {
      const stream = Buffer.concat(messages.flatMap(({ head, body }) => encodeMessage(head, body)));
      const reader = new MessageReader();
      const got = [];
      for (let at = 0; at < stream.length; at += size) got.push(...reader.push(stream.subarray(at, at + size)));
      expect(got).toEqual(messages);
    }),
  );
});

it('refuses lengths that nobody means', () => {
  expect(() => new MessageReader().push(Buffer.from([255, 255, 255, 255, 1, 0, 0, 0]))).toThrow(/impossible length/);
  expect(() => new MessageReader().push(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]))).toThrow(/impossible length/);
});
