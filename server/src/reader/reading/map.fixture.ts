import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ReaderClient } from '../../../test/reader-client.ts';

export let reader: ReaderClient;

export const folder = mkdtempSync(join(tmpdir(), 'procmap-known-'));

/** Before and after each test of the file that calls it. */
export function useReader(): void {
  beforeAll(() => {
    reader = new ReaderClient();
  });

  afterAll(async () => {
    await reader.stop();
    rmSync(folder, { recursive: true });
  });
}
