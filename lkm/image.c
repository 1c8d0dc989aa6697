// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Text, rodata, data and bss of the kernel. Their symbols are not exported,
 * but the kernel lists them among its physical memory, as /proc/iomem shows:
 * iomem_resource -> "System RAM" -> "Kernel code" and so on.
 *
 * The lock of that tree is private to the kernel. The four themselves are
 * static and stay; what stands around them comes and goes with memory that is
 * plugged, so every node is copied by copy_from_kernel_nofault(), and the
 * number of them is bounded.
 */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "procmap.h"

static const struct {
	const char *resource;
	const char *region;
} parts[] = {
	{ "Kernel code", "text" },
	{ "Kernel rodata", "rodata" },
	{ "Kernel data", "data" },
	{ "Kernel bss", "bss" },
};

/* A large server has some hundreds at the two levels. */
#define MAX_NODES 4096

/* Longer than any of the names. */
#define NAME_SIZE 16

/* Byte by byte, since what follows a short name may not be there. */
static void copy_name(char *to, const char *from)
{
	unsigned int i;

	memset(to, 0, NAME_SIZE);
	for (i = 0; i < NAME_SIZE - 1; i++) {
		if (copy_from_kernel_nofault(&to[i], &from[i], 1) || !to[i])
			break;
	}
}

static void add_part(struct region_list *list, const struct resource *node)
{
	char name[NAME_SIZE];
	unsigned int i;

	copy_name(name, node->name);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(name, parts[i].resource))
			continue;
		region_add(list, arch_image_address(node->start),
			   arch_image_address(node->end), parts[i].region);
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
