// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * page_tables: the mapped ranges of the kernel half, ascending, as
 * `start,end,rwx,level`. level is the size of a page (4K, 2M, 1G), or "not
 * descended" for a range whose tables refer to the same few pages again and
 * again (espfix, KASAN shadow): its permissions are those of its first page.
 *
 * The position in the file's sequence is the number of a page, counted from
 * the beginning of the kernel half. So a read continues at the address where
 * the previous one ended, whatever has changed, and lines always ascend.
 */
#include <linux/mm.h>

#include "procmap.h"
#include "walk.h"

/* 100 MB of text. Reads beyond that fail with -EFBIG. */
#define MAX_RUNS (1UL << 21)

struct listing {
	struct run run;
	unsigned long runs;
	struct walk walk;
};

static loff_t position_of(unsigned long addr)
{
	return (addr - arch_kernel_start()) >> PAGE_SHIFT;
}

static loff_t end_position(void)
{
	return position_of(ULONG_MAX) + 1;
}

static void *find(struct listing *l, loff_t pos)
{
	unsigned long from;
	int found;

	if (pos >= end_position())
		return NULL;
	if (l->runs >= MAX_RUNS)
		return ERR_PTR(-EFBIG);
	from = arch_kernel_start() + ((unsigned long)pos << PAGE_SHIFT);
	found = walk_run(&l->walk, from, &l->run);
	if (found < 0)
		return ERR_PTR(found);
	return found ? l : NULL;
}

static void *page_tables_start(struct seq_file *m, loff_t *pos)
{
	struct listing *l = m->private;

	if (*pos == 0)
		l->runs = 0;
	walk_begin(&l->walk);
	return find(l, *pos);
}

static void *page_tables_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct listing *l = m->private;

	l->runs++;
	*pos = position_of(l->run.last) + 1;
	return find(l, *pos);
}

static void page_tables_stop(struct seq_file *m, void *v)
{
}

static int page_tables_show(struct seq_file *m, void *v)
{
	static const char units[] = "BKMGTP";
	const struct listing *l = m->private;
	const struct run *run = &l->run;

	print_range(m, run->start, run->last, run->perms);
	if (run->shift)
		seq_printf(m, ",%u%c\n", 1U << (run->shift % 10),
			   units[run->shift / 10]);
	else
		seq_puts(m, ",not descended\n");
	return 0;
}

static const struct seq_operations page_tables_ops = {
	.start = page_tables_start,
	.next = page_tables_next,
	.stop = page_tables_stop,
	.show = page_tables_show,
};

int page_tables_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &page_tables_ops, sizeof(struct listing));
}
