import type { MappingTable } from '../../region.ts';
import type { UseEvidence } from '../evidence.ts';
import { allocators } from './allocators.ts';
import { bss } from './bss.ts';
import { chromium } from './chromium.ts';
import { databases } from './databases.ts';
import { generatedCode } from './generated-code.ts';
import { go } from './go.ts';
import { gpu } from './gpu.ts';
import { jvm } from './jvm.ts';
import { largeBlocks } from './large-blocks.ts';
import { luajit } from './luajit.ts';
import { arenas } from './malloc.ts';
import { named } from './named.ts';
import { objects } from './objects.ts';
import { permissions } from './permissions.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { qemu } from './qemu.ts';
import { sanitizers } from './sanitizers.ts';
import { formerStacks, stacks } from './stacks.ts';
import { tcmalloc } from './tcmalloc.ts';
import { v8 } from './v8.ts';
import { wine } from './wine.ts';
import { UseMap, type UseRule } from '../use-map.ts';
import type { Uses } from '../uses.ts';

/** From the surest to the least sure: the first claim of a mapping counts. */
const RULES: readonly UseRule[] = [
  ...[tcmalloc, named, bss, stacks, sanitizers, allocators, arenas, jvm, go, v8, qemu, databases, php, python, luajit, wine, chromium],
  ...[formerStacks, generatedCode, gpu, objects, permissions, largeBlocks],
];

/** What each mapping of a map is for. O(rules · rows); nothing is read. */
export function identify(table: MappingTable, evidence: UseEvidence): Uses {
  const steps = identifyInSteps(table, evidence);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, a rule a step. */
export function* identifyInSteps(table: MappingTable, evidence: UseEvidence): Generator<undefined, Uses> {
  const map = new UseMap(table, evidence);
  for (const rule of RULES) {
    rule(map);
    yield undefined;
  }
  return map.finish();
}
