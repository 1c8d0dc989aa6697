// SPDX-License-Identifier: MIT OR GPL-2.0
/* Page tables and layout of arm64: Documentation/arch/arm64/memory.rst. */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/fixmap.h>
#include <asm/kasan.h>
#include <asm/memory.h>
#include <asm/sysreg.h>

#include "../procmap.h"
#include "arch.h"

#define INDEX_BITS (PAGE_SHIFT - 3)

/* The architecture's own bits: the kernel's names for them change. */
#define DESC_VALID BIT_ULL(0)
#define DESC_TABLE BIT_ULL(1)
#define PAGE_READ_ONLY BIT_ULL(7)
#define PAGE_PXN BIT_ULL(53)
/* In the entry of a table, for everything below it. */
#define TABLE_PXN BIT_ULL(59)
#define TABLE_READ_ONLY BIT_ULL(62)

/* Levels for the machine's address size, not for the kernel's maximum. */
unsigned int arch_pt_levels(void)
{
	return DIV_ROUND_UP((unsigned int)vabits_actual - PAGE_SHIFT,
			    INDEX_BITS);
}

unsigned int arch_pt_shift(unsigned int level)
{
	return PAGE_SHIFT + INDEX_BITS * (level - 1);
}

unsigned int arch_pt_entries(unsigned int level)
{
	if (level == arch_pt_levels())
		return 1U << ((unsigned int)vabits_actual -
			      arch_pt_shift(level));
	return 1U << INDEX_BITS;
}

/* The kernel half has separate tables, the same for all processes. */
phys_addr_t arch_pt_root(void)
{
	u64 ttbr = read_sysreg(ttbr1_el1);

#ifdef CONFIG_ARM64_PA_BITS_52
	return (ttbr & GENMASK_ULL(47, 6)) | (ttbr & GENMASK_ULL(5, 2)) << 46;
#else
	return ttbr & GENMASK_ULL(47, 1);
#endif
}

void arch_pt_decode(unsigned int level, pt_raw_t raw, struct pt_entry *entry)
{
	u64 no_write = PAGE_READ_ONLY;
	u64 no_exec = PAGE_PXN;

	*entry = (struct pt_entry){ 0 };
	if (!(raw & DESC_VALID))
		return;
	entry->leaf = level == 1 || !(raw & DESC_TABLE);
	if (!entry->leaf) {
		no_write = TABLE_READ_ONLY;
		no_exec = TABLE_PXN;
		entry->table = __pte_to_phys(__pte(raw));
	}
	entry->perms = PERM_R;
	if (!(raw & no_write))
		entry->perms |= PERM_W;
	if (!(raw & no_exec))
		entry->perms |= PERM_X;
}

bool arch_pt_opaque(unsigned long addr, unsigned long *last)
{
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	/* One page of zeros, mapped up to billions of times. */
	if (addr >= KASAN_SHADOW_START && addr < KASAN_SHADOW_END) {
		*last = KASAN_SHADOW_END - 1;
		return true;
	}
#endif
	return false;
}

unsigned long arch_kernel_start(void)
{
	return -(1UL << vabits_actual);
}

unsigned long arch_task_size(void)
{
	return TASK_SIZE_64;
}

unsigned long arch_image_address(phys_addr_t pa)
{
	return pa + kimage_voffset;
}

/*
 * In a kernel for more bits than present, the first part of the array stands
 * for addresses that do not exist, and belongs to vmalloc since Linux 6.9.
 */
static unsigned long vmemmap_start(void)
{
	unsigned long unused =
		(arch_kernel_start() - PAGE_OFFSET) >> PAGE_SHIFT;

	return VMEMMAP_START + unused * sizeof(struct page);
}

void arch_regions(struct region_list *list)
{
	/* In such a kernel, __va(memstart_addr) is lower. */
	region_add(list, "direct map", "lowmem region", arch_kernel_start(),
		   (unsigned long)high_memory - 1);
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	region_add(list, "KASAN shadow", "KASAN shadow", KASAN_SHADOW_START,
		   KASAN_SHADOW_END - 1);
#endif
	/* With KASLR the image lies in vmalloc, and modules may too. */
	region_add(list, "modules", "module region", MODULES_VADDR,
		   MODULES_END - 1);
	region_add(list, "vmalloc", "vmalloc region", VMALLOC_START,
		   VMALLOC_END - 1);
	region_add(list, "fixmap", "fixmap region", FIXADDR_START,
		   FIXADDR_TOP - 1);
	region_add(list, "PCI I/O", NULL, PCI_IO_START, PCI_IO_END - 1);
	region_add(list, "vmemmap", NULL, vmemmap_start(),
		   VMEMMAP_START + VMEMMAP_SIZE - 1);
}

/*
 * Start addresses of regions. In a kernel for more bits than present,
 * PAGE_OFFSET, VMEMMAP_START and the variable memstart_addr, which belongs to
 * them, are those for all bits. Here memstart_addr is, as in other kernels, the
 * physical address that page_offset_base maps.
 */
void arch_values(struct seq_file *m)
{
	unsigned long start = arch_kernel_start();
	u64 memory = (u64)memstart_addr + (start - PAGE_OFFSET);

	seq_printf(m, "page_offset_base,%lx\n", start);
	seq_printf(m, "vmalloc_base,%lx\n", VMALLOC_START);
	seq_printf(m, "vmemmap_base,%lx\n", vmemmap_start());
	seq_printf(m, "memstart_addr,%llx\n", memory);
	seq_printf(m, "kimage_voffset,%llx\n", (u64)kimage_voffset);
}
