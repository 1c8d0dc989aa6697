/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The functions that each architecture provides. Levels of page tables are
 * counted from the bottom: 1 is that of single pages.
 */
#ifndef PROCMAP_ARCH_H
#define PROCMAP_ARCH_H

#include <linux/pgtable.h>
#include <linux/types.h>

struct region_list;
struct seq_file;

/* An entry of a table of any level, as it lies in memory. */
typedef pteval_t pt_raw_t;

#define PT_MAX_LEVELS 5

struct pt_entry {
	/* Upper limit of the permissions below it; 0: not present. */
	unsigned int perms;
	/* A page instead of the address of a table. Always set at level 1. */
	bool leaf;
	phys_addr_t table;
};

/* The levels that are in use. */
unsigned int arch_pt_levels(void);
/* log2 of the span of an entry; entries of a table (a power of two). */
unsigned int arch_pt_shift(unsigned int level);
unsigned int arch_pt_entries(unsigned int level);
phys_addr_t arch_pt_root(void);
void arch_pt_decode(unsigned int level, pt_raw_t raw, struct pt_entry *entry);
/*
 * True if a page belongs to a range that has far more entries than pages, so
 * that it is better not descended into. Sets the last address of that range.
 */
bool arch_pt_opaque(unsigned long addr, unsigned long *last);

/* The lowest address of the kernel half, where walks begin. */
unsigned long arch_kernel_start(void);
unsigned long arch_task_size(void);
/* The address in the kernel image of a physical address. */
unsigned long arch_image_address(phys_addr_t pa);

/*
 * All regions but those of the image. Of two that begin at the same address,
 * the one that is added first is shown first.
 */
void arch_regions(struct region_list *list);
/* The base values of this architecture, as lines `key,value`. */
void arch_values(struct seq_file *m);

#endif
