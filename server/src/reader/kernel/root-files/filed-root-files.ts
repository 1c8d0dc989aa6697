import { headersOf } from './handed-files.ts';
import { MAX_HEADER_BYTES, MAX_IOMEM_BYTES, type RootFiles } from './root-files.ts';
import { readWhole } from './whole-file.ts';

/**
 * Files that ExecStartPre= of a unit saved as root (service/root-files.ts): /proc/iomem and the headers of /proc/kcore,
 * or the name of the error from reading one.
 */
export function filedRootFiles(folder: string): RootFiles {
  return {
    byRoot: true,
    iomem: async () => (await readWhole(`${folder}/iomem`, MAX_IOMEM_BYTES)).bytes.toString('latin1'),
    kcoreHeaders: async () => headersOf(await readWhole(`${folder}/kcore-headers`, MAX_HEADER_BYTES)),
  };
}
