import { missingRights } from '../procfs/rights/missing-rights.ts';
import type { Standing } from '../procfs/rights/standing.ts';
import type { LoadedModules } from './loaded-modules.ts';

/** Facts that a note explains the source by. */
export interface Circumstances {
  /** Root opened, or tried to open, the files that only root may open. */
  readonly byRoot: boolean;
  readonly standing: Standing;
  /** /proc/sys/kernel/kptr_restrict; null: it cannot be read. */
  readonly kptrRestrict: number | null;
  /** `integrity` or `confidentiality`; null: none, or it cannot be read. */
  readonly lockdown: string | null;
  readonly modules: LoadedModules | null;
  readonly isDebugfsMounted: boolean;
  /** An errno name, or for a malformed file what is wrong with it. null: not tried. */
  readonly moduleError: string | null;
  readonly kcoreError: string | null;
  /** The error from reading sections of loaded modules. */
  readonly sectionsError: string | null;
}

const MODULE = "procmap's module";

/** Why procmap's kernel module is not the source. */
export function whyNoModule({ byRoot, standing, lockdown, modules, isDebugfsMounted, moduleError }: Circumstances): string {
  // The module's files exist, but are malformed.
  if (moduleError !== null && !/^E[A-Z0-9]+$/.test(moduleError)) return `${MODULE} cannot be read (${moduleError})`;
  if (modules === null) return 'this kernel does not support modules';
  if (!modules.list.some(({ name }) => name === 'procmap')) {
    if (lockdown !== null) return `${MODULE} is not loaded (lockdown=${lockdown} allows signed modules only)`;
    return `${MODULE} is not loaded (${standing.container ? 'the host loads it' : 'as root, make run loads it'})`;
  }
  switch (moduleError) {
    case 'ENOENT':
      return isDebugfsMounted
        ? `${MODULE} is loaded, but its files are not in /sys/kernel/debug/procmap`
        : standing.container
          ? `${MODULE} is loaded, but debugfs is not in this container (-v /sys/kernel/debug:/sys/kernel/debug:ro)`
          : `${MODULE} is loaded, but debugfs is not mounted (mount -t debugfs none /sys/kernel/debug)`;
    case 'EACCES':
    case 'EPERM':
      if (byRoot) return `${MODULE} may not be read (${moduleError}${remedyOf('CAP_DAC_READ_SEARCH', standing)})`;
      return `${MODULE} is loaded, but only root may read it: run procmap as root`;
    case null:
    default:
      return `${MODULE} cannot be read (${moduleError})`;
  }
}

/** Why /proc/kcore is not the source. */
export function whyNoKcore({ byRoot, standing, lockdown, kcoreError }: Circumstances): string {
  if (byRoot && kcoreError !== null && kcoreError !== 'ENOENT') {
    if (standing.nested) return 'only root outside this user namespace may read /proc/kcore';
    // Docker and Podman replace it with /dev/null, and take CAP_SYS_RAWIO away.
    if (standing.container) return 'a container sees /proc/kcore only with --privileged';
  }
  switch (kcoreError) {
    case 'ENOENT':
      return 'this kernel has no /proc/kcore';
    case 'EACCES':
    case 'EPERM':
      if (lockdown === 'confidentiality') return '/proc/kcore is locked down (lockdown=confidentiality)';
      return byRoot
        ? `not even root may read /proc/kcore (${kcoreError}): the kernel may be locked down, or CAP_SYS_RAWIO is missing`
        : 'only root may read /proc/kcore';
    case null:
      return '/proc/kcore has nothing reliable';
    default:
      return `/proc/kcore cannot be read (${kcoreError})`;
  }
}

/** Why addresses are zeros. */
export function whyHidden({ byRoot, standing, kptrRestrict }: Circumstances): string {
  if (kptrRestrict !== null && kptrRestrict >= 2) return `hidden by the kernel (kptr_restrict=${kptrRestrict})`;
  if (byRoot) return `hidden by the kernel from this process${remedyOf('CAP_SYSLOG', standing)}`;
  return 'only root can see kernel addresses: run procmap as root';
}

/** If this capability is missing: how to get it. */
function remedyOf(capability: string, standing: Standing): string {
  const right = missingRights(standing).find((each) => each.capability === capability);
  return right === undefined ? '' : `: ${capability} is missing, ${right.remedy}`;
}

/** Why the place of a loaded module is unknown, although the page tables are available. */
export function whyNoPlace({ byRoot, standing, sectionsError }: Circumstances): string {
  const files = '/sys/module/*/sections';
  switch (sectionsError) {
    case null:
      return `${files} and the page tables disagree about them`;
    case 'EACCES':
    case 'EPERM':
      if (byRoot) return `modules share large pages, and ${files} may not be read (${sectionsError}${remedyOf('CAP_DAC_READ_SEARCH', standing)})`;
      return `modules share large pages, and only root may read ${files}, which tells them apart`;
    default:
      return `modules share large pages, and ${files}, which tells them apart, cannot be read (${sectionsError})`;
  }
}
