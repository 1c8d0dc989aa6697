import { describe, expect, it } from 'vitest';
import { FULL_STANDING } from '../../../test/guest-kernel.ts';
import { parseModules } from './loaded-modules.ts';
import { noteOf } from './note.ts';

const SERVED = { source: 'lkm', hasRegions: true, symbolsHidden: true, needsRanges: false, modulesLeftOut: 2, hasTooManyRanges: false } as const;
const AROUND = {
  byRoot: true,
  standing: FULL_STANDING,
  kptrRestrict: 0,
  lockdown: null,
  modules: parseModules('a 4096 0 - Live 0xffffffffc0400000\nb 4096 0 - Live 0xffffffffc0401000\nc 4096 0 - Live 0xffffffffc0402000\n'),
  isDebugfsMounted: true,
  moduleError: null,
  kcoreError: null,
  sectionsError: 'EACCES',
};

describe('of loaded modules that are left out although somebody walked the page tables', () => {
  it('says which rights are needed to tell them apart', () => {
    expect(noteOf(SERVED, { ...AROUND, byRoot: false })).toBe(
      "read from procmap's kernel module; 2 loaded modules are left out: modules share large pages, and only root may read /sys/module/*/sections, which tells them apart",
    );
    const effective = FULL_STANDING.effective.filter((name) => name !== 'CAP_DAC_READ_SEARCH');
    expect(noteOf({ ...SERVED, modulesLeftOut: 3 }, { ...AROUND, standing: { ...FULL_STANDING, effective } })).toMatch(
      /; loaded modules are left out: modules share large pages, and \/sys\/module\/\*\/sections may not be read \(EACCES: CAP_DAC_READ_SEARCH is missing, /,
    );
  });
});
