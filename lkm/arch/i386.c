// SPDX-License-Identifier: MIT OR GPL-2.0
/* The layout of i386: arch/x86/include/asm/pgtable_32_areas.h. */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>

#include "../procmap.h"
#include "arch.h"

unsigned long arch_kernel_start(void)
{
	return PAGE_OFFSET;
}

unsigned long arch_task_size(void)
{
	return TASK_SIZE_MAX;
}

unsigned long arch_image_address(phys_addr_t pa)
{
	return (unsigned long)__va(pa);
}

void arch_regions(struct region_list *list)
{
	unsigned long entry_end =
		CPU_ENTRY_AREA_BASE + PAGE_SIZE * (CPU_ENTRY_AREA_PAGES + 1);

	region_add(list, "direct map", "lowmem region", PAGE_OFFSET,
		   (unsigned long)high_memory - 1);
	/*
	 * The modules' window is that of vmalloc, and lies in it: the segments
	 * have the part first, the regions the whole.
	 */
	region_add(list, NULL, "module region", MODULES_VADDR, MODULES_END - 1);
	region_add(list, "vmalloc", "vmalloc region", VMALLOC_START,
		   VMALLOC_END - 1);
	region_add(list, "modules", NULL, MODULES_VADDR, MODULES_END - 1);
#ifdef CONFIG_HIGHMEM
	/* Addresses of kmap(), for pages beyond the direct map. */
	region_add(list, "kmap", "HIGHMEM region", PKMAP_BASE,
		   PKMAP_BASE + LAST_PKMAP * PAGE_SIZE - 1);
#endif
#ifdef CONFIG_MODIFY_LDT_SYSCALL
	region_add(list, "LDT remap", NULL, LDT_BASE_ADDR, LDT_END_ADDR - 1);
#endif
	region_add(list, "cpu_entry_area", NULL, CPU_ENTRY_AREA_BASE,
		   entry_end - 1);
	region_add(list, "fixmap", "fixmap region", FIXADDR_START,
		   FIXADDR_TOP - 1);
}

void arch_values(struct seq_file *m)
{
	seq_printf(m, "page_offset_base,%lx\n", PAGE_OFFSET);
	seq_printf(m, "vmalloc_base,%lx\n", VMALLOC_START);
}
