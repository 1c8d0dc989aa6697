import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Command } from './command.ts';

/** A process with known mappings for all tests of a file, and a separate folder with the command for each test. */
export class KnownCommand {
  #command: Command | null = null;
  #known: Fixture | null = null;
  /** Folder of the files that it maps. */
  #files = '';

  constructor() {
    beforeAll(async () => {
      buildFixtures();
      this.#files = mkdtempSync(join(tmpdir(), 'procmap-known-'));
      this.#known = await Fixture.start('known', this.#files);
    });
    afterAll(async () => {
      await this.#known?.stop();
      rmSync(this.#files, { recursive: true, force: true });
    });
    beforeEach(() => {
      this.#command = new Command();
    });
    afterEach(() => this.#command?.dispose());
  }

  get command(): Command {
    if (this.#command === null) throw new Error('a command is there in a test alone');
    return this.#command;
  }

  get known(): Fixture {
    if (this.#known === null) throw new Error('the known process is there in a test alone');
    return this.#known;
  }

  get pid(): string {
    return `--pid=${this.known.pid}`;
  }

  /** Output of the command; expects success. */
  async out(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.command.run(...args, '--no-log');
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }
}
