import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import { describe, expect, it } from 'vitest';
import { captured } from '../../../test/guest-kernel.ts';
import { moduleRegions, parseModules } from './loaded-modules.ts';
import { parseModuleRanges } from './module-files.ts';

const linux = (release: string) => ({ arch: 'x86_64', release, pageSize: 4096n }) as const;
const TEXT = `procmap 24576 0 - Live 0xffffffffc0304000 (OE)
9p 81920 1 - Live 0xffffffffc02e4000
9pnet 114688 2 9p,9pnet_virtio, Live 0xffffffffc02c4000
`;

describe('/proc/modules', () => {
  it('gives name, size and base', () =>
    expect(parseModules(TEXT)).toMatchObject({
      hidden: false,
      list: [
        { name: 'procmap', sizeBytes: 24_576, base: 0xffffffffc0304000n, isLive: true },
        { name: '9p', sizeBytes: 81_920, base: 0xffffffffc02e4000n, isLive: true },
        { name: '9pnet', sizeBytes: 114_688, base: 0xffffffffc02c4000n, isLive: true },
      ],
    }));

  it('may contain hostile names', () => {
    const { list } = parseModules('a b\x1b[2J\xff 4096 - [permanent], Live 0xf7843000\n') ?? {};
    expect(list).toMatchObject([{ name: 'a b\\x1b[2J\\xff', sizeBytes: 4096, base: 0xf7843000n }]);
  });

  it('keeps its fingerprint while the same modules are loaded at the same places', () => {
    const used = parseModules(TEXT.replace(' 2 9p,9pnet_virtio,', ' 7 9p,9pnet_virtio,x,'));
    expect(used?.fingerprint).toBe(parseModules(TEXT)?.fingerprint);
    const prints = ['', TEXT, TEXT.replace('c02e4000', 'c02e5000'), TEXT.replace('Live', 'Loading')].map((text) => parseModules(text)?.fingerprint);
    expect(new Set(prints).size).toBe(4);
  });

  it('may hide addresses, be empty, or not be there', () => {
    expect(parseModules(captured('amd64-kptr-restrict', 'modules'))).toMatchObject({ hidden: true });
    expect(parseModules('')).toMatchObject({ hidden: false, list: [] });
    expect(parseModules(null)).toBeNull();
  });
});

describe('the extents of modules', () => {
  const modules = parseModules(TEXT);
  const ranges = parseModuleRanges(
    `ffffffffc02c4000,ffffffffc02ca000,r-x,4K
ffffffffc02cb000,ffffffffc02cc000,rw-,4K
ffffffffc02e4000,ffffffffc02ee000,r-x,4K
ffffffffc02ee000,ffffffffc02f0000,r--,4K
ffffffffc0304000,ffffffffc0310000,r-x,4K
`,
    64,
  );

  it('are base and size before Linux 6.4', () => {
    expect(moduleRegions(modules, linux('6.3.0'), null)).toMatchObject([
      { name: 'procmap', kind: 'module', start: 0xffffffffc0304000n, end: 0xffffffffc030a000n, perms: null, source: 'inferred' },
      { name: '9p', start: 0xffffffffc02e4000n, end: 0xffffffffc02f8000n },
      { name: '9pnet', start: 0xffffffffc02c4000n, end: 0xffffffffc02e0000n },
    ]);
    expect(moduleRegions(modules, linux('5.10.0-8-amd64'), ranges)[2]).toMatchObject({ end: 0xffffffffc02e0000n, perms: PERM_READ | PERM_WRITE | PERM_EXEC });
  });

  it('since 6.4 end at the first unmapped page, and at most at the size: only the text, if the sections are unknown', () =>
    expect(moduleRegions(modules, linux('6.4.0'), ranges)).toMatchObject([
      { name: 'procmap text', end: 0xffffffffc030a000n, perms: PERM_READ | PERM_EXEC, source: 'lkm' },
      { name: '9p text', start: 0xffffffffc02e4000n, end: 0xffffffffc02f0000n },
      { name: '9pnet text', start: 0xffffffffc02c4000n, end: 0xffffffffc02ca000n },
    ]));

  it('do not reach into the next one, and are unknown in shared large pages', () => {
    const three = parseModules('a 40960 0 - Live 0xffffffffc0200000\nb 40960 0 - Live 0xffffffffc0203000\nc 40960 0 - Live 0xffffffffc0206000\n');
    const places = (line: string, release = '6.12.0'): string[] =>
      moduleRegions(three, linux(release), parseModuleRanges(line, 64)).map(({ name, start, end }) => `${name} ${start.toString(16)}-${end.toString(16)}`);
    expect(places('ffffffffc0200000,ffffffffc0400000,r-x,4K\n')).toEqual([
      'a text ffffffffc0200000-ffffffffc0203000',
      'b text ffffffffc0203000-ffffffffc0206000',
      'c text ffffffffc0206000-ffffffffc0210000',
    ]);
    expect(places('ffffffffc0200000,ffffffffc0400000,r-x,2M\n')).toEqual([]);
    // Formerly a large page, on x86_64.
    expect(places('ffffffffc0200000,ffffffffc0400000,r-x,4K\n', '6.16.0')).toEqual([]);
  });

  it('are unknown since 6.4 without page tables, without mapped pages, if hidden, and during loading or unloading', () => {
    expect(moduleRegions(modules, linux('6.4.0'), null)).toEqual([]);
    expect(moduleRegions(parseModules('x 4096 0 - Live 0xffffffffc0400000\n'), linux('6.12.1'), ranges)).toEqual([]);
    expect(moduleRegions(parseModules('x 4096 0 - Live 0x0000000000000000\n'), linux('6.1.0'), ranges)).toEqual([]);
    expect(moduleRegions(parseModules('x 4096 0 - Loading 0xffffffffc02c4000\n'), linux('6.1.0'), ranges)).toEqual([]);
    expect(moduleRegions(null, linux('6.1.0'), null)).toEqual([]);
  });
});
