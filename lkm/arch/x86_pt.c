// SPDX-License-Identifier: MIT OR GPL-2.0
/* Page tables of x86: 4 and 5 levels; i386 with PAE (3) and without (2). */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/special_insns.h>

#ifdef CONFIG_KASAN
#include <asm/kasan.h>
#endif

#include "../procmap.h"
#include "arch.h"

unsigned int arch_pt_levels(void)
{
#ifdef CONFIG_X86_64
	return pgtable_l5_enabled() ? 5 : 4;
#else
	return CONFIG_PGTABLE_LEVELS;
#endif
}

#ifdef CONFIG_X86_64
#define INDEX_BITS 9
#define TOP_ENTRIES 512
#elif defined(CONFIG_X86_PAE)
#define INDEX_BITS 9
#define TOP_ENTRIES 4
#else
#define INDEX_BITS 10
#define TOP_ENTRIES 1024
#endif

unsigned int arch_pt_shift(unsigned int level)
{
	return PAGE_SHIFT + INDEX_BITS * (level - 1);
}

unsigned int arch_pt_entries(unsigned int level)
{
	return level == arch_pt_levels() ? TOP_ENTRIES : 1U << INDEX_BITS;
}

/*
 * The tables of the reading process: all processes have the same kernel half,
 * except for the LDT remap. With PTI, the kernel's tables are loaded here.
 */
phys_addr_t arch_pt_root(void)
{
#ifdef CONFIG_X86_PAE
	/* Four entries, not necessarily at the start of a page. */
	return __read_cr3() & ~0x1fUL;
#else
	return read_cr3_pa();
#endif
}

/*
 * Reads an entry like the kernel does: in a paravirtual Xen guest it holds the
 * hypervisor's frame, which *_val() translates into ours.
 */
static u64 entry_value(unsigned int level, pt_raw_t raw)
{
	if (level == 1)
		return pte_val(native_make_pte(raw));
#if CONFIG_PGTABLE_LEVELS > 2
	if (level == 2)
		return pmd_val(native_make_pmd(raw));
#endif
#if CONFIG_PGTABLE_LEVELS > 3
	if (level == 3)
		return pud_val(native_make_pud(raw));
#endif
#if CONFIG_PGTABLE_LEVELS > 4
	if (level == 4)
		return p4d_val(native_make_p4d(raw));
#endif
	return pgd_val(native_make_pgd(raw));
}

void arch_pt_decode(unsigned int level, pt_raw_t raw, struct pt_entry *entry)
{
	u64 value = entry_value(level, raw);

	*entry = (struct pt_entry){ 0 };
	if (!(value & _PAGE_PRESENT))
		return;
	entry->perms = PERM_R;
	if (value & _PAGE_RW)
		entry->perms |= PERM_W;
	if (!(value & _PAGE_NX))
		entry->perms |= PERM_X;
	/* The top of PAE has no such bits. */
	if (IS_ENABLED(CONFIG_X86_PAE) && level == 3)
		entry->perms = PERM_ALL;
	else
		entry->leaf = level <= 3 && (value & _PAGE_PSE);
	if (level == 1)
		entry->leaf = true;
	entry->table = value & PTE_PFN_MASK;
}

bool arch_pt_opaque(unsigned long addr, unsigned long *last)
{
#ifdef CONFIG_X86_ESPFIX64
	/* 65,536 copies of each stack of sixteen bytes. */
	if (addr - ESPFIX_BASE_ADDR < 1UL << P4D_SHIFT) {
		*last = ESPFIX_BASE_ADDR + (1UL << P4D_SHIFT) - 1;
		return true;
	}
#endif
#ifdef CONFIG_KASAN
	/* One page of zeros, mapped up to billions of times. */
	if (addr >= KASAN_SHADOW_START && addr < KASAN_SHADOW_END) {
		*last = KASAN_SHADOW_END - 1;
		return true;
	}
#endif
	return false;
}
