/*
 * forked: starts threads, then forks; the child has copies of their stacks, and
 * none of the threads. Prints as truth.c does, from the child:
 *
 *   copied LOW HIGH      a copy of the stack of a thread of the parent
 *   none LOW HIGH WHAT   memory that resembles one, and is none
 *
 * then "ready PID" with the child's id. argv[1]: number of threads.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define RW (PROT_READ | PROT_WRITE)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t told;

static void *run(void *unused)
{
	pthread_attr_t attr;
	void *low;
	size_t size;

	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &low, &size);
	pthread_mutex_lock(&lock);
	printf("copied %lx %lx\n", (unsigned long)low,
	       (unsigned long)low + size);
	pthread_mutex_unlock(&lock);
	pthread_barrier_wait(&told);
	for (;;)
		pause();
	return unused;
}

/* Closed memory, what lies above it, and a gap, all or a part of them with the
 * flag of a stack. */
static void tell_near_miss(size_t guard, int all, const char *what)
{
	const size_t size = 1 << 20;
	char *at = mmap(NULL, guard + 2 * size, RW, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	if (at == MAP_FAILED)
		abort();
	munmap(at + guard + size, size);
	mprotect(at, guard, PROT_NONE);
	madvise(all ? at : at + guard, all ? guard + size : size,
		MADV_NOHUGEPAGE);
	memset(at + guard, 1, size);
	printf("none %lx %lx %s\n", (unsigned long)at + guard,
	       (unsigned long)at + guard + size, what);
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 8;

	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	pthread_barrier_init(&told, NULL, threads + 1);
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, run, NULL) != 0)
			abort();
	}
	pthread_barrier_wait(&told);
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, 9);
		tell_near_miss(128 << 10, 1, "above 128 KB that are closed");
		tell_near_miss(4096, 0, "above a closed page without the flag");
		printf("ready %d\n", getpid());
		fflush(stdout);
	}
	for (;;)
		pause();
}
