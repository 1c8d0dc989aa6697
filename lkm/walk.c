// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Walks the kernel half of the page tables without a lock: there is none that
 * a module could take. No pointer found there is dereferenced; everything is
 * copied by copy_from_kernel_nofault() after pfn_valid(). So a table that is
 * freed meanwhile, and used for something else, cannot make the walk fault.
 * A copy only counts if all entries on the way to it are still the same
 * afterwards, since a table is only freed after its entry has been cleared.
 *
 * Always ends: a step goes down one of at most PT_MAX_LEVELS levels or up to a
 * higher address, and a fatal signal ends it sooner.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "procmap.h"
#include "walk.h"

/* A page, or an unmapped piece, of this size at an address. */
struct step {
	unsigned int perms;
	unsigned int shift;
	/* As far as known, the same continues up to this address. */
	unsigned long last;
};

#define MAX_RETRIES 3

/* Must be called again wherever time may have passed, such as between reads. */
void walk_begin(struct walk *w)
{
	unsigned int level;

	w->root = arch_pt_root();
	for (level = 0; level <= PT_MAX_LEVELS; level++)
		w->at[level].valid = false;
}

static bool copy_entries(pt_raw_t *to, phys_addr_t pa, unsigned int count)
{
	if (!pfn_valid(PHYS_PFN(pa)))
		return false;
	/*
	 * Beyond the direct map, __va() would lead to something else. Without
	 * highmem it covers all memory, even if plugged in later.
	 */
	if (IS_ENABLED(CONFIG_HIGHMEM) &&
	    pa > __pa((unsigned long)high_memory - 1))
		return false;
	return !copy_from_kernel_nofault(to, __va(pa), count * sizeof(*to));
}

/* True if the tables above a level still lead to the copied table. */
static bool path_holds(const struct walk *w, unsigned int level)
{
	unsigned int l;

	if (arch_pt_root() != w->root)
		return false;
	for (l = arch_pt_levels(); l > level; l--) {
		const struct chunk *c = &w->at[l];
		struct pt_entry was, is;
		pt_raw_t raw;

		if (!copy_entries(&raw, c->pa + c->used * sizeof(raw), 1))
			return false;
		/* The processor may have set its "accessed" bit. */
		arch_pt_decode(l, c->raw[c->used], &was);
		arch_pt_decode(l, raw, &is);
		if (is.perms != was.perms || is.leaf || is.table != was.table)
			return false;
	}
	return true;
}

static unsigned int chunk_entries(unsigned int level)
{
	return min_t(unsigned int, CHUNK, arch_pt_entries(level));
}

/* Copies the part of a table that has the address. 0 or -EAGAIN. */
static int chunk_load(struct walk *w, unsigned int level, phys_addr_t table,
		      unsigned int perms, unsigned long addr)
{
	unsigned int shift = arch_pt_shift(level);
	unsigned int first =
		(addr >> shift) & (arch_pt_entries(level) - 1) & ~(CHUNK - 1);
	struct chunk *c = &w->at[level];
	unsigned int l;

	/* The levels below belong to another table from now on. */
	for (l = level; l >= 1; l--)
		w->at[l].valid = false;
	c->pa = table + first * sizeof(c->raw[0]);
	cond_resched();
	if (!copy_entries(c->raw, c->pa, chunk_entries(level)))
		return -EAGAIN;
	/* Copy first, then check again the entries that led to it. */
	smp_rmb();
	if (!path_holds(w, level))
		return -EAGAIN;
	c->base = addr & ~(((unsigned long)chunk_entries(level) << shift) - 1);
	c->perms = perms;
	c->valid = true;
	return 0;
}

static bool chunk_has(const struct chunk *c, unsigned int level,
		      unsigned long addr)
{
	unsigned long offset = addr - c->base;

	return c->valid &&
	       offset >> arch_pt_shift(level) < chunk_entries(level);
}

/* The lowest level whose chunk has the address; the root is the top. */
static int find_level(struct walk *w, unsigned long addr, unsigned int *level)
{
	unsigned int top = arch_pt_levels();

	for (*level = 1; *level <= top; (*level)++) {
		if (chunk_has(&w->at[*level], *level, addr))
			return 0;
	}
	*level = top;
	return chunk_load(w, top, w->root, PERM_ALL, addr);
}

/* How far the following entries of a chunk equal the one in use. */
static unsigned long same_until(const struct chunk *c, unsigned int level,
				unsigned int perms)
{
	unsigned int end = chunk_entries(level);
	unsigned int i;

	for (i = c->used + 1; i < end; i++) {
		struct pt_entry entry;

		arch_pt_decode(level, c->raw[i], &entry);
		if ((c->perms & entry.perms) != perms || (perms && !entry.leaf))
			break;
	}
	return c->base + ((unsigned long)i << arch_pt_shift(level)) - 1;
}

static int try_step(struct walk *w, unsigned long addr, struct step *step)
{
	struct pt_entry entry;
	unsigned int level;
	int err;

	err = find_level(w, addr, &level);
	step->shift = arch_pt_shift(level);
	while (!err) {
		struct chunk *c = &w->at[level];

		c->used = (addr - c->base) >> step->shift;
		arch_pt_decode(level, c->raw[c->used], &entry);
		step->perms = c->perms & entry.perms;
		if (!entry.perms || entry.leaf) {
			step->last = same_until(c, level, step->perms);
			return 0;
		}
		level--;
		step->shift = arch_pt_shift(level);
		err = chunk_load(w, level, entry.table, step->perms, addr);
	}
	return err;
}

/*
 * A part of the tables that changes at every look, or cannot be read, counts
 * as unmapped. shift is then that of the level that could not be read.
 */
static void walk_step(struct walk *w, unsigned long addr, struct step *step)
{
	unsigned int tries;

	for (tries = 0; tries < MAX_RETRIES; tries++) {
		if (!try_step(w, addr, step))
			return;
		walk_begin(w);
	}
	step->perms = 0;
	step->last = addr | ((1UL << step->shift) - 1);
}

/*
 * The first run that ends at or after an address (it is cut off there).
 * Returns 1; 0 if there is none up to the top of the address space; -EINTR.
 */
int walk_run(struct walk *w, unsigned long from, struct run *run)
{
	unsigned long addr = from;
	bool found = false;

	for (;;) {
		struct step step;

		if (fatal_signal_pending(current))
			return -EINTR;
		walk_step(w, addr, &step);
		if (step.perms && arch_pt_opaque(addr, &step.last))
			step.shift = 0;
		if (found &&
		    (step.perms != run->perms || step.shift != run->shift))
			return 1;
		if (step.perms && !found) {
			run->start = addr;
			run->perms = step.perms;
			run->shift = step.shift;
			found = true;
		}
		if (found)
			run->last = step.last;
		if (step.last == ULONG_MAX)
			return found;
		addr = step.last + 1;
	}
}
