import { isMappingKind, Kind, KINDS } from '../kind.ts';
import { FILE_COLUMNS, type FileColumn, isNumberType } from './map-payload.ts';
import { encodeJson, list, number, object, text, toldIn } from './told.ts';

/** The first frame of a recording: who made it, of what, and how its maps are laid out. Texts are escaped. */
export interface RecordingHead {
  readonly made_at: string;
  readonly made_by: string;
  /** Names of users, hosts and threads, arguments, folders and real addresses are left out. */
  readonly redacted: boolean;
  readonly process: { readonly pid: number; readonly start_time: number; readonly name: string; readonly cmdline: string; readonly user: string };
  readonly system: { readonly host: string; readonly kernel_release: string; readonly arch: string };
  readonly columns: readonly FileColumn[];
  /** The words of the column `kind`. */
  readonly kinds: readonly string[];
}

export function encodeHead(of: Omit<RecordingHead, 'columns' | 'kinds'>): Uint8Array {
  return encodeJson({ ...of, columns: FILE_COLUMNS, kinds: KINDS } satisfies RecordingHead);
}

/** Throws RangeError if it does not say how a map is laid out. */
export function decodeHead(payload: Uint8Array): RecordingHead {
  const told = toldIn(payload);
  const columns = list(told['columns']).map((value): FileColumn => {
    const { name, numbers } = object(value) ?? {};
    if (typeof name !== 'string' || !isNumberType(numbers)) throw new RangeError('it has a column of unknown numbers');
    return { name: text(name), numbers };
  });
  const names = columns.map(({ name }) => name);
  if (!names.includes('gap') || !names.includes('pages')) throw new RangeError('it does not say where mappings lie');
  const [process, system] = [object(told['process']) ?? {}, object(told['system']) ?? {}];
  return {
    made_at: text(told['made_at']),
    made_by: text(told['made_by']),
    redacted: told['redacted'] === true,
    process: {
      pid: number(process['pid']) ?? 0,
      start_time: number(process['start_time']) ?? 0,
      name: text(process['name']),
      cmdline: text(process['cmdline']),
      user: text(process['user']),
    },
    system: { host: text(system['host']), kernel_release: text(system['kernel_release']), arch: text(system['arch']) },
    columns,
    kinds: list(told['kinds']).map(text),
  };
}

/** Our index of each kind of a file; of one that we do not know, or of what is no mapping, that of memory without a name. */
export function kindsOf({ kinds }: RecordingHead): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, i) => {
    const ours = KINDS.findIndex((kind) => kind === kinds[i]);
    return isMappingKind(ours) ? ours : Kind.anon;
  });
}
