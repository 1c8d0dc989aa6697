import { nameTerm } from '@procmap/shared/files/file-title.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { mostMappedWords } from '@procmap/shared/figures/most-mapped.ts';
import { isNearMapLimit, mapCountHeadroom } from '@procmap/shared/figures/statistics.ts';
import type { Summary } from '@procmap/shared/figures/summary.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';

/** A remarkable property of a map, and the search that finds it. */
interface Remark {
  /** Machine word, for tests. */
  readonly id: string;
  /** `3` writable and executable. */
  readonly figure: string;
  readonly words: string;
  readonly query: string;
  readonly isAlarm: boolean;
}

/** Alarming ones first. `memory` holds the limit of mappings; null: not known yet. */
export function remarksOf(summary: Summary, memory: Memory | null): Remark[] {
  const { writeExec, writeExecPages, views, kernelWriteExecPages, pageZero, noAccess, noAccessPages } = summary;
  const remarks: (Remark | null)[] = [
    counted('write-exec', writeExec, `writable and executable, ${formatPages(writeExecPages)}`, 'w+x', true),
    counted('views', views.writeExec, 'share memory, writable in one and executable in another', 'views:w+x', true),
    pageZero ? { id: 'page-zero', figure: 'Page 0', words: 'is mapped', query: '0x0', isAlarm: true } : null,
    (kernelWriteExecPages ?? 0) > 0
      ? { id: 'kernel', figure: formatPages(kernelWriteExecPages ?? 0), words: 'of the kernel writable and executable', query: 'w+x', isAlarm: true }
      : null,
    memory !== null && isNearMapLimit(summary, memory.max_map_count) ? mapLimit(summary, memory.max_map_count) : null,
    counted('mapped-again', views.mappings, viewsWords(views.memories), 'views:yes', false),
    counted('no-access', noAccess, `without any access, ${formatPages(noAccessPages)}`, '---', false),
  ];
  return remarks.filter((remark) => remark !== null);
}

function counted(id: string, count: number, words: string, query: string, isAlarm: boolean): Remark | null {
  return count === 0 ? null : { id, figure: formatCount(count), words, query, isAlarm };
}

/** Says how often the same memory is mapped. */
export function viewsWords(memories: number): string {
  return memories === 1 ? 'views of the same memory' : `views of ${formatCount(memories)} ranges of memory`;
}

function mapLimit(summary: Summary, most: number): Remark {
  const left = mapCountHeadroom(summary, most);
  const { most: culprit } = summary;
  const what = culprit === null ? '' : `, ${mostMappedWords(culprit)} in use`;
  const query = culprit === null ? '' : culprit.name === '' ? `kind:${KINDS[culprit.kind] ?? ''}` : nameTerm(culprit.name);
  return { id: 'map-limit', figure: formatCount(left), words: `${left === 1 ? 'mapping' : 'mappings'} left${what}`, query, isAlarm: true };
}
