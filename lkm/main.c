// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * procmap: shows how the kernel's half of the virtual address space is laid
 * out. Three files in the folder `procmap` of debugfs; root's alone, since
 * they tell what KASLR hides.
 *
 * debugfs counts a reference to this module (.owner) for as long as a file is
 * open, so that rmmod says "in use" then rather than pull the code away.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>

#include "procmap.h"

static struct dentry *folder;

static const struct {
	const char *name;
	const struct file_operations *fops;
} files[] = {
	{ "disp_kernelseg_details", &segments_fops },
	{ "kernel_regions", &regions_fops },
	{ "page_tables", &page_tables_fops },
};

static int __init procmap_init(void)
{
	unsigned int i;

	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR(folder))
		return PTR_ERR(folder);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		struct dentry *file = debugfs_create_file(
			files[i].name, 0400, folder, NULL, files[i].fops);

		if (IS_ERR(file)) {
			debugfs_remove_recursive(folder);
			return PTR_ERR(file);
		}
	}
	return 0;
}

static void __exit procmap_exit(void)
{
	debugfs_remove_recursive(folder);
}

module_init(procmap_init);
module_exit(procmap_exit);

MODULE_DESCRIPTION("Layout and page tables of the kernel's address space");
MODULE_AUTHOR("the procmap developers");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("1.0");
