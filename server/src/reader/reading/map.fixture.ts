import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ReaderClient } from '../../../test/reader-client.ts';

export let reader: ReaderClient;

export const folder = mkdtempSync(join(tmpdir(), 'procmap-known-'));

/** Starts a reader for the tests of the calling file, and stops it at their end. */
export function useReader(): void {
  beforeAll(() => {
    reader = new ReaderClient();
  });

  afterAll(async () => {
    await reader.stop();
    rmSync(folder, { recursive: true });
  });
}
