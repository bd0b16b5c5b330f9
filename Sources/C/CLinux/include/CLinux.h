#pragma once
/*
 * Calls that Swift's Glibc module does not offer, or that Swift cannot make: epoll, descriptors for events and signals,
 * variadic functions, and flags that C declares as enumerators of anonymous types.
 *
 * Bodies live in shim.c, so that the headers they need do not meet Swift's own copies of them.
 */
#include <sys/epoll.h>

int clinux_epoll_create(void);
/* Waits to the nanosecond (epoll_pwait2, Linux 5.11); an older kernel answers ENOSYS. */
int clinux_epoll_wait_ns(int fd, struct epoll_event *events, int capacity, long long nanoseconds);
int clinux_eventfd(void);
/* accept4 with a non-blocking, close-on-exec result: a GNU extension. */
int clinux_accept(int fd);

/* Blocks the signals in this thread and those it starts, and reads them from the returned descriptor. */
int clinux_signalfd(const int *signals, int count);
/* The number of the next signal, or -1. */
int clinux_read_signal(int fd);

/* prctl is variadic, which Swift cannot call. */
int clinux_set_undumpable(void);
int clinux_get_dumpable(void);
int clinux_forbid_core_files(void);
/* The soft limit on core files in bytes, or -1. */
long long clinux_core_limit(void);

/* ioctl is variadic, which Swift cannot call. */
int clinux_terminal_size(int fd, int *columns, int *rows);
