// SPDX-License-Identifier: MIT OR GPL-2.0
/* The layout of x86_64: Documentation/arch/x86/x86_64/mm.rst. */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <asm/fixmap.h>
#include <uapi/asm/vsyscall.h>

#ifdef CONFIG_KASAN
#include <asm/kasan.h>
#endif

#include "../procmap.h"
#include "arch.h"

unsigned long arch_kernel_start(void)
{
	return -(1UL << __VIRTUAL_MASK_SHIFT);
}

unsigned long arch_task_size(void)
{
	return TASK_SIZE_MAX;
}

unsigned long arch_image_address(phys_addr_t pa)
{
	return pa - phys_base + __START_KERNEL_map;
}

#ifdef CONFIG_SPARSEMEM_VMEMMAP
/* One struct page for each page up to the highest, in whole sections. */
static unsigned long vmemmap_size(void)
{
	unsigned long pages =
		PHYS_PFN(__pa((unsigned long)high_memory - 1)) + 1;

	return PAGE_ALIGN(round_up(pages, PAGES_PER_SECTION) *
			  sizeof(struct page));
}
#endif

static void add_low(struct region_list *list)
{
	region_add(list, "guard hole", NULL, GUARD_HOLE_BASE_ADDR,
		   GUARD_HOLE_END_ADDR - 1);
#ifdef CONFIG_MODIFY_LDT_SYSCALL
	region_add(list, "LDT remap", NULL, LDT_BASE_ADDR, LDT_END_ADDR - 1);
#endif
	/* Ends with the highest memory, and includes all holes below. */
	region_add(list, "direct map", "lowmem region", PAGE_OFFSET,
		   (unsigned long)high_memory - 1);
	/* VMALLOC_END is the last byte here, unlike elsewhere. */
	region_add(list, "vmalloc", "vmalloc region", VMALLOC_START,
		   VMALLOC_END);
#ifdef CONFIG_SPARSEMEM_VMEMMAP
	region_add(list, "vmemmap", NULL, VMEMMAP_START,
		   VMEMMAP_START + vmemmap_size() - 1);
#endif
#ifdef CONFIG_KASAN
	region_add(list, "KASAN shadow", "KASAN shadow", KASAN_SHADOW_START,
		   KASAN_SHADOW_END - 1);
#endif
}

/* The same for four and five levels. */
static void add_high(struct region_list *list)
{
	region_add(list, "cpu_entry_area", NULL, CPU_ENTRY_AREA_BASE,
		   CPU_ENTRY_AREA_BASE + (1UL << P4D_SHIFT) - 1);
#ifdef CONFIG_X86_ESPFIX64
	region_add(list, "espfix", NULL, ESPFIX_BASE_ADDR,
		   ESPFIX_BASE_ADDR + (1UL << P4D_SHIFT) - 1);
#endif
#ifdef CONFIG_EFI
	/* Filled downward. Mapped in separate tables, which are not walked. */
	region_add(list, "EFI", NULL, EFI_VA_END, EFI_VA_START - 1);
#endif
	region_add(list, "kernel image window", NULL, __START_KERNEL_map,
		   MODULES_VADDR - 1);
	region_add(list, "modules", "module region", MODULES_VADDR,
		   MODULES_END - 1);
	/* The segments count vsyscall as a part of fixmap. */
	region_add(list, NULL, "fixmap region", FIXADDR_START, FIXADDR_TOP - 1);
#ifdef CONFIG_X86_VSYSCALL_EMULATION
	region_add(list, "fixmap", NULL, FIXADDR_START, VSYSCALL_ADDR - 1);
	region_add(list, "vsyscall", NULL, VSYSCALL_ADDR,
		   VSYSCALL_ADDR + PAGE_SIZE - 1);
#else
	region_add(list, "fixmap", NULL, FIXADDR_START, FIXADDR_TOP - 1);
#endif
}

void arch_regions(struct region_list *list)
{
	add_low(list);
	add_high(list);
}

void arch_values(struct seq_file *m)
{
	seq_printf(m, "page_offset_base,%lx\n", PAGE_OFFSET);
	seq_printf(m, "vmalloc_base,%lx\n", VMALLOC_START);
#ifdef CONFIG_SPARSEMEM_VMEMMAP
	seq_printf(m, "vmemmap_base,%lx\n", VMEMMAP_START);
#endif
	seq_printf(m, "phys_base,%lx\n", phys_base);
	seq_printf(m, "kernel_map,%lx\n", __START_KERNEL_map);
}
