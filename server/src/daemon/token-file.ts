import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, lstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Fault } from '../common/fault.ts';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

/** The file of the bearer token of one daemon, for scripts: of its owner only. */
export class TokenFile {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #path: string;
  /** Where the token is until it counts. */
  readonly #fresh: string;
  #published = false;

  /**
   * Writes the token beside `path`. Whatever is there and not a file of ours from before (somebody else's file, a link to somewhere) is left alone: Fault. So it is where no
   * file can be written.
   */
  constructor(path: string) {
    refuseForeign(path);
    this.#path = path;
    this.#fresh = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      const file = openSync(this.#fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, OWNER_ONLY);
      try {
        writeSync(file, `${this.token}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      rmSync(this.#fresh, { force: true });
      throw unwritable(error);
    }
  }

  /** Puts it at its path, in one step in the place of what was there: once this daemon serves, and not another one that has its port. Again: does nothing. Throws a Fault. */
  publish(): void {
    if (this.#published) return;
    refuseForeign(this.#path);
    try {
      renameSync(this.#fresh, this.#path);
    } catch (error) {
      throw unwritable(error);
    }
    this.#published = true;
  }

  /** With the daemon its token ends. What is at the path by now and is not that token stays. */
  remove(): void {
    if (this.#published) this.#removeOwn();
    else rmSync(this.#fresh, { force: true });
  }

  #removeOwn(): void {
    try {
      const file = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        // No more of it than there has to be: it may be anybody's and of any size by now.
        const own = `${this.token}\n`;
        const there = Buffer.alloc(own.length + 1);
        if (there.toString('latin1', 0, readSync(file, there)) !== own) return;
      } finally {
        closeSync(file);
      }
      rmSync(this.#path);
    } catch {
      // It has gone already, or may not be removed: it opens nothing any more.
    }
  }
}

function unwritable(error: unknown): Fault {
  return new Fault(`cannot write the token file: ${error instanceof Error ? error.message : String(error)}; choose another with --token-file=F`);
}

function refuseForeign(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  const fault = there.isSymbolicLink()
    ? 'is a symbolic link'
    : !there.isFile()
      ? 'is not a regular file'
      : there.uid !== process.geteuid?.()
        ? 'belongs to somebody else'
        : there.nlink > 1
          ? 'has a second name'
          : null;
  if (fault !== null) throw new Fault(`the token file ${path} ${fault}; choose another with --token-file=F`);
}
