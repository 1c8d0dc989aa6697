import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Arch, ARCHS } from './arch.ts';
import { dependenciesOf, fetchPackage, withFreshLists } from './packages.ts';

const IMAGE = 'linux-image-';

/** A Debian kernel, unpacked and not installed. */
export class Kernel {
  readonly arch: Arch;
  /** As uname -r says it: 6.1.0-56-amd64. */
  readonly release: string;
  readonly folder: string;

  private constructor(arch: Arch, release: string, folder: string) {
    this.arch = arch;
    this.release = release;
    this.folder = folder;
  }

  /** The newest one that a package like linux-image-amd64 or linux-image-6.12-amd64 stands for. */
  static fetch(newest: string, arch: Arch = ARCHS.amd64): Promise<Kernel> {
    return withFreshLists(arch.name, async () => {
      const name = (await dependenciesOf(newest, arch.name)).find((dependency) => dependency.startsWith(IMAGE));
      if (name === undefined) throw new Error(`${newest} for ${arch.name} stands for no kernel`);
      return new Kernel(arch, name.slice(IMAGE.length), await fetchPackage(name, arch.name));
    });
  }

  /** One by its release. */
  static async ofRelease(release: string, arch: Arch = ARCHS.amd64): Promise<Kernel> {
    return new Kernel(arch, release, await fetchPackage(`${IMAGE}${release}`, arch.name));
  }

  /** What the machine boots. */
  get image(): string {
    return join(this.folder, 'boot', `vmlinuz-${this.release}`);
  }

  get modules(): string {
    return join(this.folder, 'lib/modules', this.release);
  }

  /** Names of what other kernels have as modules and this one has in itself. */
  get builtIn(): ReadonlySet<string> {
    const paths = readFileSync(join(this.modules, 'modules.builtin'), 'latin1').trim().split('\n');
    return new Set(paths.map(moduleName));
  }
}

/** As depends= and lsmod say it, of a path: kernel/drivers/virtio/virtio-pci.ko.xz is virtio_pci. */
export function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_');
}
