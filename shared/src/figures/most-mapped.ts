import { Kind, KINDS } from '../kind.ts';
import { nameCount } from '../text/names.ts';
import type { MappingTable } from '../region.ts';
import { shownName } from '../text/shown-name.ts';
import { formatCount } from '../units.ts';
import { kindLabel } from '../words.ts';

/** The name (usually of a file) or kind with the most mappings in a process. */
export interface MostMapped {
  readonly count: number;
  readonly kind: number;
  /** Escaped; '' where no single name has many of them. */
  readonly name: string;
}

/** Prefers a name if it has at least half as many mappings as any kind: it says more. null without mappings. O(n). */
export function mostMapped(table: MappingTable): MostMapped | null {
  const byName = new Uint32Array(nameCount(table.names));
  const byKind = new Uint32Array(KINDS.length);
  for (let row = 0; row < table.length; row++) {
    const [name, kind] = [table.name[row] ?? 0, table.kind[row] ?? 0];
    byName[name] = (byName[name] ?? 0) + 1;
    byKind[kind] = (byKind[kind] ?? 0) + 1;
  }
  // Mappings without a name are counted by kind only.
  byName[0] = 0;
  const kind = indexOfMost(byKind);
  const name = indexOfMost(byName);
  const [ofKind, ofName] = [byKind[kind] ?? 0, byName[name] ?? 0];
  if (ofKind === 0) return null;
  return ofName * 2 >= ofKind && name > 0
    ? { count: ofName, kind: table.kind[table.name.indexOf(name)] ?? kind, name: shownName(table.names, name) }
    : { count: ofKind, kind, name: '' };
}

function indexOfMost(counts: Uint32Array): number {
  let most = 0;
  for (let i = 1; i < counts.length; i++) if ((counts[i] ?? 0) > (counts[most] ?? 0)) most = i;
  return most;
}

/** A path is cut at its start: its end says most. */
const NAME_CHARACTERS = 60;
const PLURALS: Readonly<Record<number, string>> = { [Kind.file]: 'files', [Kind.device]: 'devices' };

/** `58,120 anonymous mappings`, `60,000 mappings of /tmp/data`. */
export function mostMappedWords({ count, kind, name }: MostMapped): string {
  const mappings = count === 1 ? 'mapping' : 'mappings';
  if (name === '' && kind === Kind.anon) return `${formatCount(count)} anonymous ${mappings}`;
  return `${formatCount(count)} ${mappings} of ${name === '' ? (PLURALS[kind] ?? kindLabel(kind).toLowerCase()) : shortened(name)}`;
}

function shortened(name: string): string {
  if (name.length <= NAME_CHARACTERS) return name;
  return `…${Array.from(name.slice(-2 * NAME_CHARACTERS))
    .slice(-NAME_CHARACTERS)
    .join('')}`;
}
