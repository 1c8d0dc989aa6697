// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Text, rodata, data and bss of the kernel. Their symbols are not exported,
 * but the kernel lists them among its physical memory, as /proc/iomem shows:
 * iomem_resource -> "System RAM" -> "Kernel code" and so on.
 *
 * The lock of that tree is private to the kernel. The four parts are static
 * and stay, but the nodes around them come and go with hot-plugged memory. So
 * every node is copied by copy_from_kernel_nofault(), and their number is
 * bounded.
 */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "procmap.h"
#include "walk.h"

static const struct {
	const char *resource;
	const char *region;
} parts[] = {
	{ "Kernel rodata", "rodata" },
	{ "Kernel data", "data" },
	{ "Kernel bss", "bss" },
};

/* A large server has some hundreds on both levels together. */
#define MAX_NODES 4096

/* Longer than any of the names. */
#define NAME_SIZE 16

/* Byte by byte, since memory after a short name may be unreadable. */
static void copy_name(char *to, const char *from)
{
	unsigned int i;

	memset(to, 0, NAME_SIZE);
	for (i = 0; i < NAME_SIZE - 1; i++) {
		if (copy_from_kernel_nofault(&to[i], &from[i], 1) || !to[i])
			break;
	}
}

#if defined(CONFIG_ARM) || defined(CONFIG_ARM64)
/*
 * Here "Kernel code" extends to the part that is freed after boot: text, which
 * is the executable part, then rodata. (On 32 bits, the part before text is
 * not text.)
 */
static void add_code(struct region_list *list, unsigned long start,
		     unsigned long last)
{
	unsigned long text = 0;
	unsigned long text_last = 0;
	unsigned long from = start;
	struct run run;

	walk_begin(list->walk);
	while (walk_run(list->walk, from, &run) > 0 && run.start <= last) {
		if (run.perms & PERM_X) {
			text = text ? text : run.start;
			text_last = min(run.last, last);
		}
		if (run.last >= last)
			break;
		from = run.last + 1;
	}
	if (text) {
		region_add(list, "text", NULL, text, text_last);
		region_add(list, "rodata", NULL, text_last + 1, last);
	}
}
#elif defined(CONFIG_X86)
static void add_code(struct region_list *list, unsigned long start,
		     unsigned long last)
{
	region_add(list, "text", NULL, start, last);
}
#else
#error "does Kernel code hold more than text on this architecture?"
#endif

static void add_part(struct region_list *list, const struct resource *node)
{
	char name[NAME_SIZE];
	unsigned long start;
	unsigned long last;
	unsigned int i;

	copy_name(name, node->name);
	start = arch_image_address(node->start);
	last = arch_image_address(node->end);
	if (!strcmp(name, "Kernel code"))
		add_code(list, start, last);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!strcmp(name, parts[i].resource))
			region_add(list, parts[i].region, NULL, start, last);
	}
}

/* Calls itself once: the parts lie one level below the memory. */
static void add_children(struct region_list *list,
			 const struct resource *parent, unsigned int depth,
			 unsigned int *nodes)
{
	const struct resource *next = parent->child;
	struct resource node;

	while (next && (*nodes)++ < MAX_NODES) {
		if (copy_from_kernel_nofault(&node, next, sizeof(node)))
			return;
		if (depth)
			add_part(list, &node);
		else if (node.child)
			add_children(list, &node, depth + 1, nodes);
		next = node.sibling;
	}
}

void region_add_image(struct region_list *list)
{
	unsigned int nodes = 0;

	add_children(list, &iomem_resource, 0, &nodes);
}
