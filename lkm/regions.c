// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * disp_kernelseg_details and kernel_regions: lines `start,end,mode,name` by
 * descending start, then lines `key,value`. All figures are hexadecimal.
 *
 * A mode comes from the page tables: the union of the permissions of all pages
 * that are mapped in the region ("rwx" for modules: some of their pages are
 * writable, others executable); "---" if there is none. page_tables shows if a
 * single page is both.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "procmap.h"
#include "walk.h"

/*
 * end is exclusive. At the top of the address space it would be 2^64 (2^32),
 * which has one digit too many and would wrap to 0. It is printed as
 * ffffffffffffffff (ffffffff), which cannot be the end of another range, since
 * none leaves out only the last byte.
 */
void print_range(struct seq_file *m, unsigned long start, unsigned long last,
		 unsigned int perms)
{
	unsigned long end = last == ULONG_MAX ? last : last + 1;

	seq_printf(m, ADDR_FMT "," ADDR_FMT ",%c%c%c", start, end,
		   perms & PERM_R ? 'r' : '-', perms & PERM_W ? 'w' : '-',
		   perms & PERM_X ? 'x' : '-');
}

/*
 * The name is that in kernel_regions, the segment that in
 * disp_kernelseg_details; NULL: not in that file. Ignores an empty region: not
 * every machine has all of them. The list has room for all regions of an
 * architecture.
 */
void region_add(struct region_list *list, const char *name, const char *segment,
		unsigned long start, unsigned long last)
{
	const char *shown = list->segments ? segment : name;
	unsigned int i = list->count;

	if (!shown || start >= last)
		return;
	if (WARN_ON_ONCE(list->count == MAX_REGIONS))
		return;
	while (i && list->at[i - 1].start < start) {
		list->at[i] = list->at[i - 1];
		i--;
	}
	list->at[i] = (struct region){ start, last, shown, 0 };
	list->count++;
}

static int find_modes(struct region_list *list)
{
	unsigned long from = arch_kernel_start();
	struct run run;
	unsigned int i;
	int found;

	walk_begin(list->walk);
	while ((found = walk_run(list->walk, from, &run)) > 0) {
		for (i = 0; i < list->count; i++) {
			struct region *region = &list->at[i];

			if (run.start <= region->last &&
			    run.last >= region->start)
				region->perms |= run.perms;
		}
		if (run.last == ULONG_MAX)
			break;
		from = run.last + 1;
	}
	return found < 0 ? found : 0;
}

static int show_list(struct seq_file *m, bool segments)
{
	struct {
		struct region_list list;
		struct walk walk;
	} * memory;
	struct region_list *list;
	unsigned int i;
	int err;

	memory = kzalloc(sizeof(*memory), GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	list = &memory->list;
	list->walk = &memory->walk;
	list->segments = segments;
	arch_regions(list);
	if (!segments)
		region_add_image(list);
	err = find_modes(list);
	for (i = 0; !err && i < list->count; i++) {
		const struct region *region = &list->at[i];

		print_range(m, region->start, region->last, region->perms);
		seq_printf(m, ",%s\n", region->name);
	}
	kfree(memory);
	return err;
}

static void show_sizes(struct seq_file *m)
{
	seq_printf(m, "PAGE_SIZE,%lx\n", PAGE_SIZE);
	/* That of a native process, whichever process reads. */
	seq_printf(m, "TASK_SIZE,%lx\n", arch_task_size());
}

static int segments_show(struct seq_file *m, void *v)
{
	int err = show_list(m, true);

	if (!err)
		show_sizes(m);
	return err;
}

static int regions_show(struct seq_file *m, void *v)
{
	int err = show_list(m, false);

	if (err)
		return err;
	seq_printf(m, "paging_levels,%x\n", arch_pt_levels());
	seq_printf(m, "kernel_start,%lx\n", arch_kernel_start());
	arch_values(m);
	seq_printf(m, "high_memory,%lx\n", (unsigned long)high_memory);
	show_sizes(m);
	return 0;
}

int segments_open(struct inode *inode, struct file *file)
{
	return single_open(file, segments_show, NULL);
}

int regions_open(struct inode *inode, struct file *file)
{
	return single_open(file, regions_show, NULL);
}
