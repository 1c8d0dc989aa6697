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

/* Ends with the highest memory, and includes all holes below. */
static void add_direct_map(struct region_list *list, const char *name)
{
	region_add(list, PAGE_OFFSET, (unsigned long)high_memory - 1, name);
}

static void add_kasan_shadow(struct region_list *list)
{
#ifdef CONFIG_KASAN
	region_add(list, KASAN_SHADOW_START, KASAN_SHADOW_END - 1,
		   "KASAN shadow");
#endif
}

/* VMALLOC_END is the last byte here, unlike elsewhere. */
void arch_segments(struct region_list *list)
{
	region_add(list, FIXADDR_START, FIXADDR_TOP - 1, "fixmap region");
	region_add(list, MODULES_VADDR, MODULES_END - 1, "module region");
	add_kasan_shadow(list);
	region_add(list, VMALLOC_START, VMALLOC_END, "vmalloc region");
	add_direct_map(list, "lowmem region");
}

/* One struct page for each page up to the highest, in whole sections. */
static void add_vmemmap(struct region_list *list)
{
#ifdef CONFIG_SPARSEMEM_VMEMMAP
	unsigned long pages =
		PHYS_PFN(__pa((unsigned long)high_memory - 1)) + 1;
	unsigned long size =
		round_up(pages, PAGES_PER_SECTION) * sizeof(struct page);

	region_add(list, VMEMMAP_START, VMEMMAP_START + PAGE_ALIGN(size) - 1,
		   "vmemmap");
#endif
}

static void add_low(struct region_list *list)
{
	region_add(list, GUARD_HOLE_BASE_ADDR, GUARD_HOLE_END_ADDR - 1,
		   "guard hole");
#ifdef CONFIG_MODIFY_LDT_SYSCALL
	region_add(list, LDT_BASE_ADDR, LDT_END_ADDR - 1, "LDT remap");
#endif
	add_direct_map(list, "direct map");
	region_add(list, VMALLOC_START, VMALLOC_END, "vmalloc");
	add_vmemmap(list);
	add_kasan_shadow(list);
}

/* The same for four and five levels. */
static void add_high(struct region_list *list)
{
	region_add(list, CPU_ENTRY_AREA_BASE,
		   CPU_ENTRY_AREA_BASE + (1UL << P4D_SHIFT) - 1,
		   "cpu_entry_area");
#ifdef CONFIG_X86_ESPFIX64
	region_add(list, ESPFIX_BASE_ADDR,
		   ESPFIX_BASE_ADDR + (1UL << P4D_SHIFT) - 1, "espfix");
#endif
#ifdef CONFIG_EFI
	/* Filled downward. Mapped in separate tables, which are not walked. */
	region_add(list, EFI_VA_END, EFI_VA_START - 1, "EFI");
#endif
	region_add(list, __START_KERNEL_map, MODULES_VADDR - 1,
		   "kernel image window");
	region_add_image(list);
	region_add(list, MODULES_VADDR, MODULES_END - 1, "modules");
#ifdef CONFIG_X86_VSYSCALL_EMULATION
	region_add(list, FIXADDR_START, VSYSCALL_ADDR - 1, "fixmap");
	region_add(list, VSYSCALL_ADDR, VSYSCALL_ADDR + PAGE_SIZE - 1,
		   "vsyscall");
#else
	region_add(list, FIXADDR_START, FIXADDR_TOP - 1, "fixmap");
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
