import { afterEach, beforeEach, vi } from 'vitest';
import { ScriptedReader, SYSTEM } from '../../../test/scripted-reader.ts';
import type { ReaderRequest } from '../../reader/protocol/protocol.ts';
import { ReaderFault } from './reader-fault.ts';
import { ReaderLink } from './reader-link.ts';

/** A reader that answers everything at once. */
export function willing(request: ReaderRequest, reader: ScriptedReader): void {
  reader.reply({ id: request.id, status: 'system', system: SYSTEM, layout: null });
}

/** The state of a promise: the word of its fault, 'answered' or 'waiting'. */
export function fateOf(promise: Promise<unknown>): () => string {
  let fate = 'waiting';
  promise.then(
    () => (fate = 'answered'),
    (fault: unknown) => (fate = fault instanceof ReaderFault ? fault.word : String(fault)),
  );
  return () => fate;
}

export const realImmediate = setImmediate;

/** Lets streams pass on their data. */
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

/** Sets up a link with fake timers for each test of the calling file. */
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
