// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * procmap: shows how the kernel's half of the virtual address space is laid
 * out. Three files in the folder `procmap` of debugfs; root's alone, since
 * they tell what KASLR hides.
 *
 * The module can go at any time, also while a file is open and half read: no
 * open file holds it (.owner is NULL). debugfs_remove() waits for whoever is
 * inside of open() or read(), and whoever comes later gets an error. All that
 * debugfs still calls then, in the 5.10 to 6.18 that we know, is .release, of
 * the file_operations that it was given: so these lie outside of the module,
 * and each .release is a function of the kernel, which frees memory and calls
 * nothing of ours.
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
	/* Of the kernel itself. */
	int (*release)(struct inode *inode, struct file *file);
} files[] = {
	{ "disp_kernelseg_details", segments_open, single_release },
	{ "kernel_regions", regions_open, single_release },
	{ "page_tables", page_tables_open, seq_release_private },
};

static struct dentry *folder;
static struct dentry *dentries[ARRAY_SIZE(files)];
static struct file_operations *operations;

/* The folder goes last: it keeps debugfs itself for as long as we need it. */
static void remove_files(void)
{
	bool open = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files) && dentries[i]; i++) {
		debugfs_remove(dentries[i]);
		/* Nobody finds it any more: who holds it has it open. */
		open |= d_count(dentries[i]) > 1;
		dput(dentries[i]);
	}
	debugfs_remove(folder);
	/* The last one to close will look there for .release: left behind. */
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
	/* The cast is for 6.14 and later, which choose by its exact type. */
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
		/* debugfs=off: not to be taken for a refusal of the module. */
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
