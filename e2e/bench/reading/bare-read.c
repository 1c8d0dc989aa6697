/*
 * bare-read: the cost of a file of /proc for a minimal program. Reads lines "COUNT PATH" from stdin. For each, opens
 * and reads the file COUNT times with a 32 KiB buffer, and answers "WALL_NS CPU_NS BYTES READS": mean times of one read
 * of the file, with its bytes and read(2) calls.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char buffer[32 * 1024];

static long now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void fail(const char *path)
{
	perror(path);
	exit(1);
}

int main(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin)) {
		char *path;
		long count = strtol(line, &path, 10), bytes = 0, reads = 0, wall, cpu;

		path += strspn(path, " ");
		path[strcspn(path, "\n")] = 0;
		wall = now_ns(CLOCK_MONOTONIC);
		cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
		for (long i = 0; i < count; i++) {
			int file = open(path, O_RDONLY);
			ssize_t got;

			if (file < 0)
				fail(path);
			bytes = reads = 0;
			do {
				got = read(file, buffer, sizeof(buffer));
				if (got < 0)
					fail(path);
				bytes += got;
				reads++;
			} while (got > 0);
			close(file);
		}
		wall = now_ns(CLOCK_MONOTONIC) - wall;
		cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		printf("%ld %ld %ld %ld\n", wall / count, cpu / count, bytes, reads);
		fflush(stdout);
	}
	return 0;
}
