import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = 'server/bin/procmap';
/** Place where the launcher looks for Node. */
export const NODE = `.toolchain/node_modules/node-linux-${process.arch}/bin/node`;

/**
 * A copy of the parts of a checkout that run: launcher, Node, daemon, page. Every user may read its folder, unlike
 * perhaps the checkout itself. A test may leave parts out.
 */
export class Tree {
  readonly root: string;
  readonly procmap: string;

  /** `above`: an existing folder. */
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

  /** Hides a part. */
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
