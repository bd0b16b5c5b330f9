#pragma once
/*
 * The plain C that `apus bench` measures Apus against: a feed server and a bare epoll client for the loopback row, an
 * array book, and counters of allocations. Linked by benchmarks only.
 */
#include <stdint.h>

/* What the server saw of one run; times in nanoseconds. */
struct bare_feed_report {
    int64_t answered;
    int64_t p50;
    int64_t p90;
    int64_t p99;
    int64_t max;
};

/*
 * A venue on 127.0.0.1: takes one WebSocket and one keep-alive HTTP connection on the listening socket, sends `messages`
 * depth messages of 20 levels at `per_second`, reads one POST for each, and closes. The time of a message runs from
 * just before its send to when the whole POST that names it has been read; the first `warm_up` are not counted.
 * Returns 0, or -1 when a client misbehaves or nothing comes for five seconds.
 */
int bare_feed_serve(int listener, int messages, int warm_up, int per_second, struct bare_feed_report *report);
/* A listening socket on a free port of 127.0.0.1, or -1. */
int bare_feed_listen(uint16_t *port);

/*
 * The bare client: connects twice, reads depth messages, signs and posts an order for each, until the server closes.
 * Returns the number of orders sent, or -1.
 */
int bare_client_run(uint16_t port, const char *key, const char *secret);

/* Pins the calling thread; harmless where there is no such processor. */
void bare_pin(int processor);

/* One side of a book as a plain array of quantities by tick, best price tracked. */
struct bare_side {
    int64_t *lots;
    int64_t capacity;
    int64_t best;
    int64_t sign;
};
int bare_side_open(struct bare_side *side, int64_t capacity, int is_bid);
void bare_side_clear(struct bare_side *side);
void bare_side_close(struct bare_side *side);
/* `pairs` is price and quantity of each level, in turn. */
void bare_side_set(struct bare_side *side, const int64_t *pairs, int count);

/*
 * Counts calls of malloc and its relatives from all loaded objects but the C library, from here on, in this process.
 * Returns 0 where they cannot be counted.
 */
int bare_count_allocations(void);
int64_t bare_allocations(void);
