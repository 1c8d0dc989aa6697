import { isOp, isWhole, OPS } from './ops.ts';
import type { ReaderRequest } from './protocol.ts';

const WORDS = Object.keys(OPS);

/** Checks what came over the stream; a sentence when it is no request. */
export function parseRequest(head: unknown): ReaderRequest | string {
  if (typeof head !== 'object' || head === null || !('id' in head) || !('op' in head)) return 'a request has an id and an op';
  const { id, op } = head;
  if (!isWhole(id)) return 'id must be a whole number from 0';
  if (!isOp(op)) return `op must be ${WORDS.slice(0, -1).join(', ')} or ${WORDS.at(-1) ?? ''}`;
  const fields = OPS[op].parse(head);
  // Each entry of the table gives the fields of its own op.
  return typeof fields === 'string' ? fields : ({ id, op, ...fields } as ReaderRequest);
}

/** The id to answer a bad request under: its own where it has one, else 0. */
export function idOf(head: unknown): number {
  return typeof head === 'object' && head !== null && 'id' in head && isWhole(head.id) ? head.id : 0;
}
