import { afterAll, describe, expect, it } from 'vitest';
import { GuestKernel } from '../../server/test/guest-kernel.ts';
import { boxRegions } from './box.ts';
import { Command } from './command.ts';

/**
 * procmap -k with the files of a Debian kernel that had procmap's module loaded (server/test/kernel/), with as many
 * levels of page tables as this one.
 */
const guest = new GuestKernel('amd64-6.1');
const command = new Command({ PROCMAP_DEBUGFS: guest.where.debugfsRoot });

afterAll(() => {
  command.dispose();
  guest.dispose();
});

async function out(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await command.run(...args, '--no-log');
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe.runIf(process.arch === 'x64')('the kernel half by the module', () => {
  it('has its regions by name, exact to the byte, with the mappings in them and the source', async () => {
    const output = await out('-k');
    // The modules of this machine do not match these page tables of another one, and the output says so.
    expect(output).toMatch(/\nkernel half: read from procmap's kernel module(;.*)?\n/);
    const regions = boxRegions(output);
    const text = regions.find((region) => region.text.startsWith('text ['));
    expect(text?.text).toBe('text [14 MB,r-x] in kernel image window');
    expect([text?.start, text?.end]).toEqual([0xffffffff81000000n, 0xffffffff81e01d32n]);
    for (const name of ['guard hole [8 TB,---]', 'LDT remap [512 GB,---]', 'vmalloc [32 TB,rw-]', 'vmemmap [16 MB,rw-]', 'modules [', 'EFI [64 GB,---]'])
      expect(
        regions.some((region) => region.text.startsWith(name)),
        name,
      ).toBe(true);
    expect(regions.at(-1)?.text).toBe('guard hole [8 TB,---]');
    expect(output).not.toContain('W+X');
  });

  it('is found by address', async () => {
    const said = await out(`--pid=${process.pid}`, '--locate=ffffffff81e01d00,1');
    expect(said).toContain('lies in 2 regions, descending:');
    expect(said).toContain('0xffffffff81000000  text of the kernel (r-x), in kernel image window');
    expect(said).toContain('is mapped completely');
    expect(await out(`--pid=${process.pid}`, '--locate=ffff800000000000,4')).toContain('lies in guard hole of the kernel (---)\n');
    expect(await out(`--pid=${process.pid}`, '--locate=ffff880000000000,4')).toContain('lies in LDT remap of the kernel (---)\n');
  });

  it('is written as CSV and JSON', async () => {
    const csv = await out('--export-kernel=-');
    expect(csv).toMatch(/^"text",14687538,0xffffffff81000000,0xffffffff81e01d32,"r-x","",,"",,"kernel","text","lkm","","","",""\r$/m);
    const { regions, kernel_source: source } = JSON.parse(await out(`--pid=${process.pid}`, '--format=json', '-k')) as {
      kernel_source: string;
      regions: { name: string; within: string | null; source: string }[];
    };
    expect(source).toBe('lkm');
    expect(regions.find(({ name }) => name === 'rodata')).toMatchObject({ within: 'kernel image window', source: 'lkm' });
    expect(regions.find(({ name }) => name === 'virtio_ring')).toBeUndefined();
  });

  it('has an alarm for pages that are writable and executable', async () => {
    guest.write('debug/procmap/page_tables', 'ffffffff81000000,ffffffff82000000,rwx,2M\n');
    const output = await out(`--pid=${process.pid}`);
    expect(output).toMatch(/^\|text \[14 MB,rwx\] in kernel image window W\+X! *\|$/m);
    expect(output).toMatch(/^ {2}kernel W\+X +16 MB {2}its page tables$/m);
  });

  it('falls back on the next source if the module’s text is invalid, and says why', async () => {
    guest.write('debug/procmap/kernel_regions', 'ffffffff81000000,r-x,text\n');
    const output = await out('-k');
    expect(output).not.toContain("read from procmap's kernel module");
    expect(output).toMatch(/\nkernel half: .+\n/);
  });
});
