/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * procmap: declarations that the parts of the module share.
 *
 * main.c         the debugfs files
 * page_tables.c  page_tables: a line for each run of equal pages
 * regions.c      disp_kernelseg_details and kernel_regions: a line per region
 * walk.c         finds the runs in the page tables
 * image.c        finds text, rodata, data and bss of the kernel
 * arch/          the differences between architectures (arch.h)
 *
 * Ranges are stored as [start, last], including the last byte, so that one at
 * the top of the address space does not need 2^64.
 */
#ifndef PROCMAP_H
#define PROCMAP_H

#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* An address as every file prints it: all digits, no 0x. */
#if BITS_PER_LONG == 64
#define ADDR_FMT "%016lx"
#else
#define ADDR_FMT "%08lx"
#endif

/* Permissions of a page. PERM_R means that there is a page. */
#define PERM_R 0x4
#define PERM_W 0x2
#define PERM_X 0x1
#define PERM_ALL (PERM_R | PERM_W | PERM_X)

void print_range(struct seq_file *m, unsigned long start, unsigned long last,
		 unsigned int perms);

/* A named part of the address space. */
struct region {
	unsigned long start;
	unsigned long last;
	const char *name;
	/* Union over all pages that are mapped in it. */
	unsigned int perms;
};

#define MAX_REGIONS 32

struct walk;

/* In descending order of start. */
struct region_list {
	/* For disp_kernelseg_details, instead of kernel_regions. */
	bool segments;
	/* For code that has to look into the page tables. */
	struct walk *walk;
	unsigned int count;
	struct region at[MAX_REGIONS];
};

void region_add(struct region_list *list, const char *name, const char *segment,
		unsigned long start, unsigned long last);
void region_add_image(struct region_list *list);

int segments_open(struct inode *inode, struct file *file);
int regions_open(struct inode *inode, struct file *file);
int page_tables_open(struct inode *inode, struct file *file);

#endif
