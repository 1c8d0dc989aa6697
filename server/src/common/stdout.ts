import { Fault } from './fault.ts';
import { writeChunks } from './write-chunks.ts';

/** Writes chunks to standard output as fast as it takes them. Who reads it may stop (`| head`): then there is no more to do. Throws a Fault. */
export async function writeOut(chunks: Iterable<string>): Promise<void> {
  // Its errors come by the callbacks of write() too; without a listener they would end the process.
  process.stdout.on('error', () => undefined);
  try {
    await writeChunks(process.stdout, chunks);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE') throw new Fault(`standard output cannot be written: ${message.replace(/, write$/, '')}`);
  }
}
