import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = 'server/bin/procmap';
/** Where the launcher looks for it. */
export const NODE = `.toolchain/node_modules/node-linux-${process.arch}/bin/node`;

/**
 * A copy of what runs of a checkout: launcher, Node, daemon, page. In a folder that every user may read, which the checkout itself need not be,
 * and without whatever a test leaves out.
 */
export class Tree {
  readonly root: string;
  readonly procmap: string;

  /** `above`: a folder that is there. */
  constructor(above = tmpdir()) {
    this.root = mkdtempSync(join(above, 'procmap-tree-'));
    this.procmap = join(this.root, LAUNCHER);
    for (const file of [LAUNCHER, NODE]) {
      mkdirSync(join(this.root, dirname(file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(this.root, file), constants.COPYFILE_FICLONE);
    }
    for (const folder of ['server/dist', 'web/dist']) cpSync(join(ROOT, folder), join(this.root, folder), { recursive: true });
    copyFileSync(join(ROOT, 'server/package.json'), join(this.root, 'server/package.json'));
    execFileSync('chmod', ['-R', 'a+rX', this.root]);
  }

  /** Takes a part away. */
  hide(path: string): void {
    renameSync(join(this.root, path), join(this.root, `${path}.hidden`));
  }

  show(path: string): void {
    renameSync(join(this.root, `${path}.hidden`), join(this.root, path));
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
