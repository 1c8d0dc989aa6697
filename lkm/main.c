// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * procmap: shows the layout of the kernel half of the virtual address space,
 * in three files in the folder `procmap` of debugfs. Only root can read them,
 * since they reveal what KASLR hides.
 *
 * The module can be unloaded at any time, even while a file is open and half
 * read: open files do not hold it (.owner is NULL). debugfs_remove() waits for
 * calls inside of open() or read(), and later calls get an error. After that,
 * Linux 5.10 to 6.18 only call .release of the file_operations given to
 * debugfs. So these lie outside of the module, and each .release is a function
 * of the kernel, which frees memory and calls none of ours.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kmemleak.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "procmap.h"

static const struct {
	const char *name;
	int (*open)(struct inode *inode, struct file *file);
	/* A function of the kernel itself. */
	int (*release)(struct inode *inode, struct file *file);
} files[] = {
	{ "disp_kernelseg_details", segments_open, single_release },
	{ "kernel_regions", regions_open, single_release },
	{ "page_tables", page_tables_open, seq_release_private },
};

static struct dentry *folder;
static struct dentry *dentries[ARRAY_SIZE(files)];
static struct file_operations *operations;

/* The folder is removed last: it keeps debugfs itself alive until then. */
static void remove_files(void)
{
	bool open = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files) && dentries[i]; i++) {
		debugfs_remove(dentries[i]);
		/* It cannot be found any more: remaining users have it open. */
		open |= d_count(dentries[i]) > 1;
		dput(dentries[i]);
	}
	debugfs_remove(folder);
	/* The last close will read .release from it, so it is leaked. */
	if (open)
		kmemleak_ignore(operations);
	else
		kfree(operations);
}

static int create_file(unsigned int i)
{
	struct file_operations *fops = &operations[i];
	struct dentry *dentry;

	fops->open = files[i].open;
	fops->read = seq_read;
	fops->llseek = seq_lseek;
	fops->release = files[i].release;
	/* Since 6.14, a macro selects by the exact type; hence the cast. */
	dentry = debugfs_create_file(files[i].name, 0400, folder, NULL,
				     (const struct file_operations *)fops);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	dentries[i] = dget(dentry);
	return 0;
}

static int __init procmap_init(void)
{
	unsigned int i;
	int err = 0;

	operations =
		kcalloc(ARRAY_SIZE(files), sizeof(*operations), GFP_KERNEL);
	if (!operations)
		return -ENOMEM;
	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR(folder)) {
		/* debugfs=off: must not look like a refusal of the module. */
		err = PTR_ERR(folder) == -EPERM ? -ENODEV : PTR_ERR(folder);
		kfree(operations);
		return err;
	}
	for (i = 0; i < ARRAY_SIZE(files) && !err; i++)
		err = create_file(i);
	if (err)
		remove_files();
	return err;
}

static void __exit procmap_exit(void)
{
	remove_files();
}

module_init(procmap_init);
module_exit(procmap_exit);

MODULE_DESCRIPTION("Layout and page tables of the kernel's address space");
MODULE_AUTHOR("the procmap developers");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("1.0");
