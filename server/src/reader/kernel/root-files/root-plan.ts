import { PROC_ROOT } from '../../procfs/process/proc-file.ts';
import { filedRootFiles } from './filed-root-files.ts';
import { handedRootFiles } from './handed-files.ts';
import { ownRootFiles, type RootFiles } from './root-files.ts';
import type { WholeFile } from './whole-file.ts';

/**
 * How this process gets the files that only root may open: it opens them itself, root saved them in a folder, or the
 * daemon handed them over. Can be sent to a thread.
 */
export type RootPlan =
  { readonly from: 'own' } | { readonly from: 'folder'; readonly folder: string } | { readonly from: 'daemon'; readonly headers: WholeFile };

export function rootFilesOf(plan: RootPlan): RootFiles {
  switch (plan.from) {
    case 'own':
      return ownRootFiles(PROC_ROOT);
    case 'folder':
      return filedRootFiles(plan.folder);
    case 'daemon':
      return handedRootFiles(plan.headers);
  }
}
