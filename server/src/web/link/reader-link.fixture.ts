import { afterEach, beforeEach, vi } from 'vitest';
import { ScriptedReader, SYSTEM } from '../../../test/scripted-reader.ts';
import type { ReaderRequest } from '../../reader/protocol/protocol.ts';
import { ReaderFault } from './reader-fault.ts';
import { ReaderLink } from './reader-link.ts';

/** Answers everything at once. */
export function willing(request: ReaderRequest, reader: ScriptedReader): void {
  reader.reply({ id: request.id, status: 'system', system: SYSTEM, layout: null });
}

/** What became of a promise by now: its fault's word, or 'answered', or 'waiting'. */
export function fateOf(promise: Promise<unknown>): () => string {
  let fate = 'waiting';
  promise.then(
    () => (fate = 'answered'),
    (fault: unknown) => (fate = fault instanceof ReaderFault ? fault.word : String(fault)),
  );
  return () => fate;
}

export const realImmediate = setImmediate;

/** Lets streams hand on what they have. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => realImmediate(resolve));
}

export let stuck: string[];

export let link: ReaderLink;

export function start(...parameters: ConstructorParameters<typeof ScriptedReader>): ScriptedReader {
  const reader = new ScriptedReader(...parameters);
  link.setStream(reader.stream);
  return reader;
}

export async function pass(ms: number): Promise<void> {
  await settle();
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** Before and after each test of the file that calls it. */
export function useScriptedReader(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
    stuck = [];
    link = new ReaderLink((reason) => stuck.push(reason));
  });

  afterEach(() => {
    vi.useRealTimers();
  });
}
