/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * procmap: what the pieces of the module share.
 *
 * main.c         the debugfs files
 * page_tables.c  page_tables: one line a run of equal pages
 * regions.c      disp_kernelseg_details and kernel_regions: one line a region
 * walk.c         finds the runs in the page tables
 * image.c        finds text, rodata, data and bss of the kernel
 * arch/          what differs from one architecture to the other (arch.h)
 *
 * Ranges are held as [start, last] with the last byte in them, so that one
 * that reaches the top of the address space needs no 2^64.
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

/* What a page permits. PERM_R stands for "there is a page". */
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
	/* Of all pages that are mapped in it, together. */
	unsigned int perms;
};

#define MAX_REGIONS 32

struct walk;

/* By descending start. */
struct region_list {
	/* For whoever has to look into the page tables. */
	struct walk *walk;
	unsigned int count;
	struct region at[MAX_REGIONS];
};

void region_add(struct region_list *list, unsigned long start,
		unsigned long last, const char *name);
void region_add_image(struct region_list *list);

int segments_open(struct inode *inode, struct file *file);
int regions_open(struct inode *inode, struct file *file);
int page_tables_open(struct inode *inode, struct file *file);

#endif
