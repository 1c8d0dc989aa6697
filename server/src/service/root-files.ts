import { chownSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { kcoreHeaders } from '../daemon/children/root-files.ts';

/**
 * Copies files that only root may open, for a reader that never was root: `/proc/iomem` and the headers of
 * `/proc/kcore`, readable by that user only. Runs as root before each start of the reader's service. Arguments: the
 * target folder and the reader's uid.
 */
const [folder = '', uid = ''] = process.argv.slice(2);
const OWNER_READS = 0o400;

function write(name: string, bytes: Buffer): void {
  // systemd creates the folder for this run of the service, so it is empty.
  const file = openSync(join(folder, name), 'wx', OWNER_READS);
  try {
    writeSync(file, bytes);
  } finally {
    closeSync(file);
  }
  chownSync(join(folder, name), Number(uid), Number(uid));
}

function iomem(): Buffer {
  try {
    return readFileSync('/proc/iomem');
  } catch {
    return Buffer.alloc(0);
  }
}

write('iomem', iomem());
write('kcore-headers', kcoreHeaders('/proc/kcore'));
