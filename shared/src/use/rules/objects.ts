import { Kind } from '../../kind.ts';
import { nameCount } from '../../text/names.ts';
import { shownName } from '../../text/shown-name.ts';
import type { Claim } from '../uses.ts';
import type { UseWord } from '../use-list.ts';
import type { UseMap } from '../use-map.ts';

/** Objects of the kernel, by the names that it gives them. */
const OBJECTS: readonly (readonly [name: RegExp, use: UseWord])[] = [
  [/^\/secretmem/, 'secret'],
  [/^\/anon_hugepage/, 'huge_pages'],
  [/^\/\[aio\]|^anon_inode:\[io_uring\]/, 'io_ring'],
  [/^anon_inode:(\[perf_event\]|bpf-map)/, 'event_ring'],
  [/^socket:/, 'packet_ring'],
  [/^\/dmabuf:/, 'dma_buf'],
  [/^\/(drm mm object|i915)/, 'gpu'],
];

/** Files, shared memory and devices. */
export function objects(map: UseMap): void {
  const { table } = map;
  const claims = new Map<number, Claim>();
  for (let name = 1; name < nameCount(table.names); name++) {
    const of = shownName(table.names, name);
    const use = OBJECTS.find(([pattern]) => pattern.test(of))?.[1];
    if (use !== undefined) claims.set(name, { use, certainty: 'told', of, evidence: 'the kernel names it' });
  }
  map.claimNamed(claims, (row) => isObject(table.kind[row] ?? 0));
  const of = (row: number): string => map.baseName(row).replace(/ \(deleted\)$/, '');
  const evidence = 'the kernel names what is mapped';
  const told = (use: UseWord): Claim => ({ use, certainty: 'told', of, evidence });
  const library = told('library');
  const ofKind = { text: library, rodata: library, data: library, file: told('file'), shmem: told('shared_memory'), device: told('device') } as const;
  map.claimKinds(new Map(Object.entries(ofKind).map(([kind, claim]) => [Kind[kind as keyof typeof ofKind], claim])));
}

/** Not a file: that may have any name. */
function isObject(kind: number): boolean {
  return kind === Kind.device || kind === Kind.shmem || kind === Kind.anon;
}
