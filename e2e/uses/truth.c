/*
 * truth: a process that tells what its memory is for, to compare with. Prints
 * lines, then "ready PID", and sleeps until its stdin ends:
 *
 *   stack TID LOW HIGH   bounds of a thread's stack, by pthread_getattr_np()
 *   arena START          a heap of malloc in which a thread's block lies
 *                        (flag NON_MAIN_ARENA)
 *   large LOW HIGH       a block of malloc with a mapping of its own
 *                        (flag IS_MMAPPED)
 *   block AT             a block of malloc of any kind
 *   none LOW HIGH WHAT   memory that resembles something, and is nothing of
 *                        the kind
 *
 *   child PID            a copy of it, made by fork()
 *
 * in hex. argv[1]: number of threads. argv[2]: "fork", if there is to be one.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MB (1UL << 20)
/* Of an arena. */
#ifndef HEAP_MB
#define HEAP_MB (sizeof(long) == 4 ? 1 : 64)
#endif
#define HEAP_BYTES (HEAP_MB * MB)
#define RW (PROT_READ | PROT_WRITE)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t told;

static char *mapped(size_t bytes, int prot, int flags)
{
	char *at = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags,
			-1, 0);

	if (at == MAP_FAILED)
		abort();
	return at;
}

static void tell_none(char *at, size_t bytes, const char *what)
{
	memset(at, 1, 4096);
	printf("none %lx %lx %s\n", (unsigned long)at,
	       (unsigned long)at + bytes, what);
}

/* The size field of a chunk: bit 1 IS_MMAPPED, bit 2 NON_MAIN_ARENA. Under a
 * sanitizer, malloc() is not glibc's. */
__attribute__((no_sanitize("address", "thread", "memory"))) static size_t
size_field(const void *block)
{
	return ((const size_t *)block)[-1];
}

static void *run(void *unused)
{
	pthread_attr_t attr;
	void *low;
	size_t size;
	char *block = malloc(3000);

	memset(block, 1, 3000);
	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &low, &size);
	pthread_mutex_lock(&lock);
	printf("stack %ld %lx %lx\n", syscall(SYS_gettid), (unsigned long)low,
	       (unsigned long)low + size);
#ifdef SANITIZED
	printf("block %lx\n", (unsigned long)block);
#else
	if (size_field(block) & 4)
		printf("arena %lx\n", (unsigned long)block & ~(HEAP_BYTES - 1));
#endif
	pthread_mutex_unlock(&lock);
	pthread_barrier_wait(&told);
	for (;;)
		pause();
	return unused;
}

/* Leaves a gap behind each, so that neighbours are not joined. */
static void tell_near_misses(void)
{
	const unsigned long unit = 64 * MB;
	char *at = mapped(3 * unit, PROT_NONE, 0);
	char *heap = (char *)(((unsigned long)at + unit - 1) & ~(unit - 1));

	munmap(at, heap - at);
	munmap(heap + unit, at + 2 * unit - heap);
	mprotect(heap, MB, RW);
	tell_none(heap, MB,
		  "writable at a multiple of 64 MB, closed up to the next one");

	at = mapped(9 * MB, RW, 0);
	munmap(at + 8 * MB, MB);
	mprotect(at, 4096, PROT_NONE);
	tell_none(at + 4096, 8 * MB - 4096, "above a closed page");

	at = mapped(9 * MB, RW, 0);
	madvise(at, 9 * MB, MADV_NOHUGEPAGE);
	munmap(at + 8 * MB, MB);
	mprotect(at, 128 * 1024, PROT_NONE);
	tell_none(at + 128 * 1024, 8 * MB - 128 * 1024,
		  "with the flag nh above 128 KB without access");

	at = mapped(9 * MB, RW, 0);
	madvise(at + 4096, 9 * MB - 4096, MADV_NOHUGEPAGE);
	munmap(at + 8 * MB, MB);
	mprotect(at, 4096, PROT_NONE);
	tell_none(at + 4096, 8 * MB - 4096,
		  "with the flag nh above a closed page without it");

	at = mapped(17 * MB, RW, MAP_NORESERVE);
	madvise(at, 17 * MB, MADV_DONTDUMP);
	madvise(at, 17 * MB, MADV_NOHUGEPAGE);
	munmap(at + 16 * MB, MB);
#ifndef SANITIZED
	tell_none(at, 16 * MB, "with the flags nr dd nh");
#endif

	at = mapped(3 * MB, RW, 0);
	madvise(at, 3 * MB, MADV_DONTFORK);
	munmap(at + 2 * MB, MB);
	tell_none(at, 2 * MB, "with the flag dc");

	at = mapped(12 * MB, RW, 0);
	for (int i = 0; i < 5; i++)
		munmap(at + (2 * i + 1) * MB + MB / 2, MB / 2);
	for (int i = 0; i < 5; i++)
		tell_none(at + 2 * i * MB, MB + MB / 2, "of a plain mmap()");
}

/* It lives as long as this process. */
static void tell_child(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		abort();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	printf("child %d\n", child);
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 4;
	const size_t sizes[] = { MB, 256 * 1024, 5 * MB };

	setvbuf(stdout, NULL, _IOFBF, MB);
	pthread_barrier_init(&told, NULL, threads + 1);
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, run, NULL) != 0)
			abort();
	}
	pthread_barrier_wait(&told);
	for (int i = 0; i < 3; i++) {
		char *block = malloc(sizes[i]);

		memset(block, 1, sizes[i]);
#ifdef SANITIZED
		printf("block %lx\n", (unsigned long)block);
#else
		if (size_field(block) & 2)
			printf("large %lx %lx\n", (unsigned long)block - 16,
			       (unsigned long)block - 16 +
				       (size_field(block) & ~7UL));
#endif
	}
	tell_near_misses();
	if (argc > 2 && !strcmp(argv[2], "fork"))
		tell_child();
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (getchar() != EOF)
		;
	_exit(0);
}
