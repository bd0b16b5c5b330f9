#define _GNU_SOURCE
#include "CBareLoop.h"
#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const int64_t patience = 5000000000LL;

struct connection {
    int fd;
    size_t used;
    char bytes[65536];
};

struct run {
    int messages;
    int64_t *sent;
    int64_t *latencies;
    int answered;
    struct connection stream;
    struct connection orders;
};

void bare_pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof set, &set);
}

int bare_feed_listen(uint16_t *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 4) < 0
        || getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return -1;
    *port = ntohs(address.sin_port);
    return fd;
}

static int send_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t done = send(fd, bytes, count, MSG_NOSIGNAL);
        if (done < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (done <= 0) return -1;
        bytes += done;
        count -= (size_t)done;
    }
    return 0;
}

/* Reads a header section; the bytes after it stay in the buffer. */
static int read_head(struct connection *connection, char *head, size_t capacity) {
    for (;;) {
        char *end = memmem(connection->bytes, connection->used, "\r\n\r\n", 4);
        if (end) {
            size_t length = (size_t)(end - connection->bytes) + 4;
            if (length >= capacity) return -1;
            memcpy(head, connection->bytes, length);
            head[length] = 0;
            connection->used -= length;
            memmove(connection->bytes, connection->bytes + length, connection->used);
            return 0;
        }
        struct pollfd wait = {.fd = connection->fd, .events = POLLIN};
        if (poll(&wait, 1, 5000) <= 0) return -1;
        size_t room = sizeof connection->bytes - connection->used;
        ssize_t got = recv(connection->fd, connection->bytes + connection->used, room, 0);
        if (got <= 0) return -1;
        connection->used += (size_t)got;
    }
}

static int upgrade(struct connection *connection, const char *head) {
    const char *key = strcasestr(head, "Sec-WebSocket-Key: ");
    if (!key) return -1;
    char joined[128], accept[64];
    unsigned char digest[20];
    int length = snprintf(joined, sizeof joined, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
    SHA1((const unsigned char *)joined, (size_t)length, digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, 20);
    char reply[256];
    length = snprintf(reply, sizeof reply,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
    return send_all(connection->fd, reply, (size_t)length);
}

/* A connection is the stream if it begins with an upgrade, otherwise it is for orders and has sent nothing yet. */
static int accept_both(int listener, struct run *run) {
    run->stream.fd = run->orders.fd = -1;
    int waiting[2] = {-1, -1};
    for (int i = 0; i < 2; i++) {
        struct pollfd wait = {.fd = listener, .events = POLLIN};
        if (poll(&wait, 1, 5000) <= 0 || (waiting[i] = accept(listener, NULL, NULL)) < 0) return -1;
        int on = 1;
        setsockopt(waiting[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    struct pollfd both[2] = {{.fd = waiting[0], .events = POLLIN}, {.fd = waiting[1], .events = POLLIN}};
    if (poll(both, 2, 5000) <= 0) return -1;
    int stream = both[0].revents & POLLIN ? 0 : 1;
    run->stream.fd = waiting[stream];
    run->orders.fd = waiting[1 - stream];
    char head[8192];
    if (read_head(&run->stream, head, sizeof head) < 0 || upgrade(&run->stream, head) < 0) return -1;
    fcntl(run->stream.fd, F_SETFL, O_NONBLOCK);
    fcntl(run->orders.fd, F_SETFL, O_NONBLOCK);
    return 0;
}

/* Prices walk a little with `id`, so that no two messages are the same. About 1,000 bytes. */
static size_t depth_frame(char *frame, int64_t id) {
    char *text = frame + 4;
    long long now = bare_now() / 1000000;
    int length = sprintf(text,
        "{\"e\":\"depthUpdate\",\"E\":%lld,\"T\":%lld,\"s\":\"ASTERUSDT\",\"U\":%lld,\"u\":%lld,\"pu\":%lld,\"b\":[",
        now, now, (long long)id, (long long)id, (long long)id - 1);
    int mid = 9500 + (int)(id * 7 % 200);
    for (int side = 0; side < 2; side++) {
        for (int level = 0; level < 20; level++) {
            int price = side == 0 ? mid - 1 - level : mid + 1 + level;
            length += sprintf(text + length, "%s[\"0.%04d0\",\"%d.%02d\"]", level ? "," : "", price,
                (int)((id * 31 + level * 977) % 9000) + 10, (int)((id + level) % 100));
        }
        length += sprintf(text + length, side == 0 ? "],\"a\":[" : "]}");
    }
    frame[0] = (char)0x81;
    frame[1] = 126;
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    return (size_t)length + 4;
}

static const char reply_text[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n"
    "{\"orderId\":22542179,\"status\":\"NEW\",\"a\":1}";

/* Reads what has come on the order connection, without waiting. */
static int read_orders(struct run *run) {
    struct connection *orders = &run->orders;
    ssize_t got = recv(orders->fd, orders->bytes + orders->used, sizeof orders->bytes - orders->used - 1, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) return -1;
    int64_t now = bare_now();
    orders->used += (size_t)got;
    char *start = orders->bytes;
    char *limit = orders->bytes + orders->used;
    for (;;) {
        char *end = memmem(start, (size_t)(limit - start), "\r\n\r\n", 4);
        if (!end) break;
        char *name = memmem(start, (size_t)(end - start), "newClientOrderId=bench-", 23);
        if (!name) return -1;
        long id = strtol(name + 23, NULL, 10);
        if (id < 1 || id > run->messages) return -1;
        run->latencies[id - 1] = now - run->sent[id - 1];
        run->answered++;
        if (send_all(orders->fd, reply_text, sizeof reply_text - 1) < 0) return -1;
        start = end + 4;
    }
    orders->used = (size_t)(limit - start);
    memmove(orders->bytes, start, orders->used);
    return 0;
}

static int feed(struct run *run, int per_second) {
    char frame[4096];
    int64_t gap = 1000000000LL / per_second;
    int64_t next = bare_now() + 300000000LL;
    for (int id = 1; id <= run->messages; id++, next += gap) {
        size_t length = depth_frame(frame, id);
        do {
            if (read_orders(run) < 0) return -1;
        } while (bare_now() < next);
        run->sent[id - 1] = bare_now();
        if (send_all(run->stream.fd, frame, length) < 0) return -1;
    }
    int64_t deadline = bare_now() + patience;
    while (run->answered < run->messages && bare_now() < deadline) {
        if (read_orders(run) < 0) return -1;
    }
    return 0;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void summarize(struct run *run, int warm_up, struct bare_feed_report *report) {
    int64_t *counted = run->latencies + warm_up;
    int count = 0;
    for (int i = warm_up; i < run->messages; i++) {
        if (run->latencies[i] > 0) counted[count++] = run->latencies[i];
    }
    report->answered = run->answered;
    report->p50 = report->p90 = report->p99 = report->max = 0;
    if (count == 0) return;
    qsort(counted, (size_t)count, sizeof *counted, ascending);
    report->p50 = counted[count / 2];
    report->p90 = counted[count * 9 / 10];
    report->p99 = counted[(int64_t)count * 99 / 100];
    report->max = counted[count - 1];
}

int bare_feed_serve(int listener, int messages, int warm_up, int per_second, struct bare_feed_report *report) {
    struct run *run = calloc(1, sizeof *run);
    if (!run || messages < 1 || per_second < 1 || warm_up < 0 || warm_up >= messages) return -1;
    run->messages = messages;
    run->sent = calloc((size_t)messages, sizeof(int64_t));
    run->latencies = calloc((size_t)messages, sizeof(int64_t));
    int result = run->sent && run->latencies && accept_both(listener, run) == 0 ? feed(run, per_second) : -1;
    if (result == 0) {
        summarize(run, warm_up, report);
        static const char goodbye[] = {(char)0x88, 2, 3, (char)0xE8};
        send_all(run->stream.fd, goodbye, sizeof goodbye);
    }
    close(run->stream.fd);
    close(run->orders.fd);
    free(run->sent);
    free(run->latencies);
    free(run);
    return result;
}
