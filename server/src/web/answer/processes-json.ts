import type { ProcessInfo } from '../../reader/protocol/protocol.ts';

const CHUNK_CHARACTERS = 65_536;

/** The list as JSON, in chunks: there may be thousands of processes, each with kilobytes of arguments. */
export function* processesJson(processes: readonly ProcessInfo[]): Generator<string> {
  let chunk = '[';
  for (const [i, process] of processes.entries()) {
    chunk += (i === 0 ? '' : ',') + JSON.stringify(process);
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}]`;
}
