import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, lstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Fault } from '../common/fault.ts';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

/** The file with a daemon's bearer token, for scripts. Only its owner can read it. */
export class TokenFile {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #path: string;
  /** Where the token lies until it is published. */
  readonly #fresh: string;
  #published = false;

  /**
   * Writes the token to a temporary file beside `path`. Throws a Fault if that fails, or if `path` is anything but a
   * token file of ours (somebody else's file, a link): that is left alone.
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

  /**
   * Moves the token to its path, atomically replacing the old one. Call when this daemon serves, not while another one
   * holds the port. Does nothing the second time. Throws a Fault.
   */
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

  /** Removes the token when the daemon ends, unless the path holds something else by now. */
  remove(): void {
    if (this.#published) this.#removeOwn();
    else rmSync(this.#fresh, { force: true });
  }

  #removeOwn(): void {
    try {
      const file = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        // Reads only as much as needed: the file may be anybody's, of any size, by now.
        const own = `${this.token}\n`;
        const there = Buffer.alloc(own.length + 1);
        if (there.toString('latin1', 0, readSync(file, there)) !== own) return;
      } finally {
        closeSync(file);
      }
      rmSync(this.#path);
    } catch {
      // It is already gone or cannot be removed. The token is worthless anyway.
    }
  }
}

function unwritable(error: unknown): Fault {
  return new Fault(`cannot write the token file: ${error instanceof Error ? error.message : String(error)}; choose another with --token-file=FILE`);
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
  if (fault !== null) throw new Fault(`the token file ${path} ${fault}; choose another with --token-file=FILE`);
}
