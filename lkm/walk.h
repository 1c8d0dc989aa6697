/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef PROCMAP_WALK_H
#define PROCMAP_WALK_H

#include "arch/arch.h"

/* Consecutive pages of the same size and with the same permissions. */
struct run {
	unsigned long start;
	unsigned long last;
	unsigned int perms;
	/* log2 of the size of a page; 0: a range that is not descended into. */
	unsigned int shift;
};

/* Entries of a table that are copied at once: a walk takes 13 KiB. */
#define CHUNK 256

/* The part of a table that was read last, one for each level. */
struct chunk {
	bool valid;
	/* The address that raw[0] stands for. */
	unsigned long base;
	phys_addr_t pa;
	/* Permissions that all levels above leave. */
	unsigned int perms;
	/* Index of the entry that led to the level below. */
	unsigned int used;
	pt_raw_t raw[CHUNK];
};

struct walk {
	phys_addr_t root;
	/* Indexed by level: 1 is the lowest, that of single pages. */
	struct chunk at[PT_MAX_LEVELS + 1];
};

void walk_begin(struct walk *w);
int walk_run(struct walk *w, unsigned long from, struct run *run);

#endif
