import { isOp, isWhole, OPS } from './ops.ts';
import type { ReaderRequest } from './protocol.ts';

const WORDS = Object.keys(OPS);

/** Validates a request from the stream; returns a sentence if it is invalid. */
export function parseRequest(head: unknown): ReaderRequest | string {
  if (typeof head !== 'object' || head === null || !('id' in head) || !('op' in head)) return 'a request has an id and an op';
  const { id, op } = head;
  if (!isWhole(id)) return 'id must be a whole number from 0';
  if (!isOp(op)) return `op must be ${WORDS.slice(0, -1).join(', ')} or ${WORDS.at(-1) ?? ''}`;
  const fields = OPS[op].parse(head);
  // Each parser of the table returns the fields of its own request.
  return typeof fields === 'string' ? fields : ({ id, op, ...fields } as ReaderRequest);
}

/** The id for the answer to a bad request: its own if it has one, else 0. */
export function idOf(head: unknown): number {
  return typeof head === 'object' && head !== null && 'id' in head && isWhole(head.id) ? head.id : 0;
}
