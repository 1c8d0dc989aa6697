import { KINDS } from '@procmap/shared/kind.ts';
import { type Layout, shownDigits } from '@procmap/shared/layout.ts';
import { mappedPrograms } from '@procmap/shared/files/libraries.ts';
import { formatAddress } from '@procmap/shared/page.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { formatPages } from '@procmap/shared/units.ts';
import { kindLabel, kindSentence } from '@procmap/shared/words.ts';
import type { SystemInfo } from '../reader/protocol/protocol.ts';
import { USES, useName, useSentence } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Paint } from './output/paint.ts';

/** Facts about the machine: kernel, processor, sizes. */
export function platformText(system: SystemInfo, layout: Layout, paint: Paint): string {
  const { pagingLevels, processBits } = layout;
  return block(
    'Platform',
    [
      ['kernel', `Linux ${system.kernel_release}, ${system.bits} bits`],
      ['architecture', system.arch],
      ['page size', `${system.page_size} bytes`],
      ['paging levels', pagingLevels === 0 ? 'not known' : String(pagingLevels)],
      ['process', `${processBits} bits, TASK_SIZE ${formatAddress(layout.taskEnd, 1)}`],
      ['user half', `${formatAddress(0)} to ${formatAddress(layout.userEnd)}, ${formatPages(layout.userEnd)}`],
      ['kernel half', `${formatAddress(layout.kernelStart)} to ${formatAddress(layout.end)}, ${formatPages(layout.end - layout.kernelStart)}`],
      ['units', '1 KB = 1024 bytes, 1 MB = 1024 KB, and so on'],
      ['runs as', `uid ${system.uid}${system.capabilities.length === 0 ? '' : system.reads_all ? ', may read every process' : ', with capabilities'}`],
    ],
    paint,
  );
}

/** Program of the process, and files whose code is mapped. Runs neither ldd nor the program. */
export function programText(program: Program | null, why: string, table: MappingTable, layout: Layout, paint: Paint): string {
  const files = mappedPrograms(table);
  const known = program === null ? [] : [program.exe, program.interpreter];
  const libraries = files.filter(({ name }) => !known.includes(name));
  const width = Math.max(0, ...libraries.map(({ pages }) => formatPages(pages).length));
  return block(
    'Program',
    [
      ...(program === null
        ? ([['executable', why]] as const)
        : ([
            ['executable', program.exe],
            ['type', program.exe_type === '' ? 'its file cannot be read' : program.exe_type],
            ['interpreter', program.interpreter === '' ? 'none' : program.interpreter],
          ] as const)),
      ['libraries', libraries.length === 0 ? 'none' : `${libraries.length}, as they are mapped:`],
      ...libraries.map(
        ({ title, startPage, pages }) =>
          ['', `${formatAddress(startPage, shownDigits(layout, startPage))}  ${formatPages(pages).padStart(width)}  ${title}`] as const,
      ),
    ],
    paint,
  );
}

/** The meaning of each kind, in its colour, and of the uses that occur. */
export function legendText(uses: Uses, paint: Paint): string {
  return kindsText(paint) + usesText(uses, paint);
}

/** The meaning of the uses that occur. */
export function usesText({ use }: Uses, paint: Paint): string {
  const found = USES.map((_, each) => each).filter((each) => use.includes(each));
  const width = Math.max(0, ...found.map((each) => useName(each).length));
  const uses = found.map((each) => [useName(each), useSentence(each)] as const);
  return uses.length === 0 ? '' : block('Uses', uses, paint, width);
}

function kindsText(paint: Paint): string {
  return block(
    'Legend',
    KINDS.map((_, kind) => [paint({ kind }, kindLabel(kind).padEnd(LABEL_WIDTH)), kindSentence(kind)] as const),
    paint,
    LABEL_WIDTH,
  );
}

const LABEL_WIDTH = Math.max(...KINDS.map((_, kind) => kindLabel(kind).length));
const NAME_WIDTH = 14;

function block(title: string, rows: readonly (readonly [name: string, text: string])[], paint: Paint, width = NAME_WIDTH): string {
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd());
  return `${[paint('bold', title), ...lines].join('\n')}\n\n`;
}
