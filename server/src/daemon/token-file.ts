import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Fault } from '../fault.ts';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

/**
 * Makes a bearer token and writes it to `path`, readable by its owner only; a file of ours from before is replaced in one step. Whatever else is there
 * (somebody else's file, a link to somewhere) is left alone: Fault.
 */
export function writeTokenFile(path: string): string {
  refuseForeign(path);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, OWNER_ONLY);
    try {
      writeSync(file, `${token}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new Fault(`cannot write the token file: ${error instanceof Error ? error.message : String(error)}; choose another with --token-file=F`);
  }
  return token;
}

/** With the daemon its token ends. What is at `path` by now and is not that token stays. */
export function removeTokenFile(path: string, token: string): void {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (readFileSync(file, 'latin1') !== `${token}\n`) return;
    } finally {
      closeSync(file);
    }
    rmSync(path);
  } catch {
    // It has gone already, or may not be removed: it opens nothing any more.
  }
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
