import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lists, withFreshLists } from './apt.ts';
import { type Arch, ARCHS } from './arch.ts';
import { dependenciesOf, fetchPackage } from './packages.ts';

const IMAGE = 'linux-image-';

/** Places of the files that a guest needs in a kernel's packages. */
interface Places {
  /** The image to boot. */
  readonly image: string;
  /** Folder of its modules. */
  readonly modules: string;
  /** List of drivers that are built in, but modules in other kernels. */
  readonly builtInList: string;
}

/** A Debian kernel, unpacked but not installed. */
export class Kernel {
  readonly arch: Arch;
  /** The lists that its package comes from. */
  readonly lists: Lists;
  /** As in uname -r: 6.1.0-56-amd64. */
  readonly release: string;
  readonly image: string;
  readonly modules: string;
  readonly #builtInList: string;

  private constructor(arch: Arch, lists: Lists, release: string, { image, modules, builtInList }: Places) {
    this.arch = arch;
    this.lists = lists;
    this.release = release;
    this.image = image;
    this.modules = modules;
    this.#builtInList = builtInList;
  }

  /** The newest kernel that a package such as linux-image-amd64 or linux-image-6.12-amd64 depends on. */
  static fetch(newest: string, arch: Arch = ARCHS.amd64, lists: Lists = arch.name): Promise<Kernel> {
    return withFreshLists(lists, async () => {
      const name = (await dependenciesOf(newest, lists)).find((dependency) => dependency.startsWith(IMAGE));
      if (name === undefined) throw new Error(`${newest} of ${lists} stands for no kernel`);
      return Kernel.ofRelease(name.slice(IMAGE.length), arch, lists);
    });
  }

  /** A kernel by its release. */
  static async ofRelease(release: string, arch: Arch = ARCHS.amd64, lists: Lists = arch.name): Promise<Kernel> {
    return new Kernel(arch, lists, release, await placesOf(release, lists));
  }

  /** Names of drivers that are built in, but modules in other kernels. */
  get builtIn(): ReadonlySet<string> {
    return new Set(readFileSync(this.#builtInList, 'latin1').trim().split('\n').map(moduleName));
  }
}

async function placesOf(release: string, lists: Lists): Promise<Places> {
  const whole = await fetchPackage(`${IMAGE}${release}`, lists);
  const modules = join('lib/modules', release);
  const image = join(whole, 'boot', `vmlinuz-${release}`);
  if (existsSync(image)) return { image, modules: join(whole, modules), builtInList: join(whole, modules, 'modules.builtin') };
  // Since Linux 6.19 that package is empty, and depends on these.
  const part = async (name: string): Promise<string> => join(await fetchPackage(`linux-${name}-${release}`, lists), 'usr', modules);
  return { image: join(await part('binary'), 'vmlinuz'), modules: await part('modules'), builtInList: join(await part('base'), 'modules.builtin') };
}

/** Name of a module in depends= and lsmod, from its path: kernel/drivers/virtio/virtio-pci.ko.xz is virtio_pci. */
export function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_');
}
