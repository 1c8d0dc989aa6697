// SPDX-License-Identifier: MIT OR GPL-2.0
/* Page tables and layout of 32-bit ARM: Documentation/arch/arm/memory.rst. */
#if __LINUX_ARM_ARCH__ < 6
#error "procmap walks the page tables of ARMv6 or later"
#endif

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <asm/fixmap.h>

#include "../procmap.h"
#include "arch.h"

#ifdef CONFIG_ARM_LPAE

unsigned int arch_pt_levels(void)
{
	return 3;
}

unsigned int arch_pt_shift(unsigned int level)
{
	return PAGE_SHIFT + 9 * (level - 1);
}

unsigned int arch_pt_entries(unsigned int level)
{
	return level == 3 ? 4 : 512;
}

/* The tables of all processes share those of the kernel. */
phys_addr_t arch_pt_root(void)
{
	return __pa(current->active_mm->pgd);
}

void arch_pt_decode(unsigned int level, pt_raw_t raw, struct pt_entry *entry)
{
	*entry = (struct pt_entry){ 0 };
	if (!(raw & BIT_ULL(0)))
		return;
	entry->leaf = level == 1 || !(raw & BIT_ULL(1));
	entry->table = raw & GENMASK_ULL(39, 12);
	entry->perms = PERM_R;
	/* AP[2], PXN and XN of a page; APTable[1], PXNTable and XNTable. */
	if (!(raw & (entry->leaf ? BIT_ULL(7) : BIT_ULL(62))))
		entry->perms |= PERM_W;
	if (!(raw & (entry->leaf ? GENMASK_ULL(54, 53) : GENMASK_ULL(60, 59))))
		entry->perms |= PERM_X;
}

#else

/*
 * The processor's layout: 4096 entries of 1 MiB, and tables of 256 entries.
 * (Linux combines two of each, so that they fill a page.)
 */
unsigned int arch_pt_levels(void)
{
	return 2;
}

unsigned int arch_pt_shift(unsigned int level)
{
	return level == 2 ? 20 : PAGE_SHIFT;
}

unsigned int arch_pt_entries(unsigned int level)
{
	return level == 2 ? 4096 : 256;
}

/* The kernel's tables. Processes copy entries of them only on demand. */
phys_addr_t arch_pt_root(void)
{
	u32 ttbr1;

	asm volatile("mrc p15, 0, %0, c2, c0, 1" : "=r"(ttbr1));
	return ttbr1 & ~(u32)(SZ_16K - 1);
}

static unsigned int perms_of(bool access, bool read_only, bool no_exec)
{
	if (!access)
		return 0;
	return PERM_R | (read_only ? 0 : PERM_W) | (no_exec ? 0 : PERM_X);
}

/* The short-descriptor format, with APX and XN (ARMv6 and later). */
void arch_pt_decode(unsigned int level, pt_raw_t raw, struct pt_entry *entry)
{
	unsigned int type = raw & 3;

	*entry = (struct pt_entry){ 0 };
	if (!type)
		return;
	entry->leaf = level == 1 || type != 1;
	if (level == 2 && type == 1) {
		entry->table = raw & ~(u32)(SZ_1K - 1);
		/* PXN */
		entry->perms = raw & BIT(2) ? PERM_R | PERM_W : PERM_ALL;
	} else if (level == 2) {
		entry->perms = perms_of(raw & GENMASK(11, 10), raw & BIT(15),
					raw & (BIT(4) | BIT(0)));
	} else {
		/* A small page, or one sixteenth of a large one. */
		entry->perms = perms_of(raw & GENMASK(5, 4), raw & BIT(9),
					raw & (type == 1 ? BIT(15) : BIT(0)));
	}
}

#endif

bool arch_pt_opaque(unsigned long addr, unsigned long *last)
{
	return false;
}

/* Modules, and pages for kmap(), lie below PAGE_OFFSET. */
unsigned long arch_kernel_start(void)
{
	return round_down(min_t(unsigned long, MODULES_VADDR, PAGE_OFFSET),
			  SZ_1M);
}

unsigned long arch_task_size(void)
{
	return TASK_SIZE;
}

unsigned long arch_image_address(phys_addr_t pa)
{
	return (unsigned long)__va(pa);
}

void arch_regions(struct region_list *list)
{
	/* The page of vectors, and the page of the code that they jump to. */
	region_add(list, "vector table", "vector table", VECTORS_BASE,
		   VECTORS_BASE + 2 * PAGE_SIZE - 1);
	region_add(list, "fixmap", "fixmap region", FIXADDR_START,
		   FIXADDR_END - 1);
#ifdef FDT_FIXED_BASE
	/*
	 * The firmware's description of the machine. No fixed place until
	 * 5.10.
	 */
	region_add(list, "device tree", NULL, FDT_FIXED_BASE,
		   FDT_FIXED_BASE + FDT_FIXED_SIZE - 1);
#endif
	region_add(list, "vmalloc", "vmalloc region", VMALLOC_START,
		   VMALLOC_END - 1);
	region_add(list, "direct map", "lowmem region", PAGE_OFFSET,
		   (unsigned long)high_memory - 1);
#ifdef CONFIG_HIGHMEM
	region_add(list, "kmap", "HIGHMEM region", PKMAP_BASE,
		   PKMAP_BASE + LAST_PKMAP * PAGE_SIZE - 1);
#endif
	region_add(list, "modules", "module region", MODULES_VADDR,
		   MODULES_END - 1);
}

void arch_values(struct seq_file *m)
{
	seq_printf(m, "page_offset_base,%lx\n", PAGE_OFFSET);
	seq_printf(m, "vmalloc_base,%lx\n", VMALLOC_START);
}
