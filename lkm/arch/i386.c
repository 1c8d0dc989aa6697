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

/* Addresses of kmap(), for pages beyond the direct map. */
static void add_highmem(struct region_list *list, const char *name)
{
#ifdef CONFIG_HIGHMEM
	region_add(list, PKMAP_BASE, PKMAP_BASE + LAST_PKMAP * PAGE_SIZE - 1,
		   name);
#endif
}

/* Modules have no separate place: they lie in vmalloc. */
void arch_segments(struct region_list *list)
{
	region_add(list, FIXADDR_START, FIXADDR_TOP - 1, "fixmap region");
	add_highmem(list, "HIGHMEM region");
	region_add(list, MODULES_VADDR, MODULES_END - 1, "module region");
	region_add(list, VMALLOC_START, VMALLOC_END - 1, "vmalloc region");
	region_add(list, PAGE_OFFSET, (unsigned long)high_memory - 1,
		   "lowmem region");
}

void arch_regions(struct region_list *list)
{
	unsigned long entry_end =
		CPU_ENTRY_AREA_BASE + PAGE_SIZE * (CPU_ENTRY_AREA_PAGES + 1);

	region_add(list, PAGE_OFFSET, (unsigned long)high_memory - 1,
		   "direct map");
	region_add_image(list);
	/* The modules' window is that of vmalloc, and lies in it. */
	region_add(list, VMALLOC_START, VMALLOC_END - 1, "vmalloc");
	region_add(list, MODULES_VADDR, MODULES_END - 1, "modules");
	add_highmem(list, "kmap");
#ifdef CONFIG_MODIFY_LDT_SYSCALL
	region_add(list, LDT_BASE_ADDR, LDT_END_ADDR - 1, "LDT remap");
#endif
	region_add(list, CPU_ENTRY_AREA_BASE, entry_end - 1, "cpu_entry_area");
	region_add(list, FIXADDR_START, FIXADDR_TOP - 1, "fixmap");
}

void arch_values(struct seq_file *m)
{
	seq_printf(m, "page_offset_base,%lx\n", PAGE_OFFSET);
	seq_printf(m, "vmalloc_base,%lx\n", VMALLOC_START);
}
