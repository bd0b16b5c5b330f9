#define _GNU_SOURCE
#include "CBareLoop.h"
#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* HMAC-SHA256 with the padded key hashed once. */
struct hmac {
    EVP_MD_CTX *inner, *outer, *working;
};

static int hmac_open(struct hmac *hmac, const char *secret) {
    unsigned char pad[64] = {0};
    size_t length = strlen(secret);
    if (length > sizeof pad) return -1;
    memcpy(pad, secret, length);
    hmac->inner = EVP_MD_CTX_new();
    hmac->outer = EVP_MD_CTX_new();
    hmac->working = EVP_MD_CTX_new();
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36;
    if (!EVP_DigestInit_ex(hmac->inner, EVP_sha256(), NULL) || !EVP_DigestUpdate(hmac->inner, pad, 64)) return -1;
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5C;
    if (!EVP_DigestInit_ex(hmac->outer, EVP_sha256(), NULL) || !EVP_DigestUpdate(hmac->outer, pad, 64)) return -1;
    return 0;
}

static char *hmac_hex(struct hmac *hmac, const char *text, size_t length, char *out) {
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[32];
    EVP_MD_CTX_copy_ex(hmac->working, hmac->inner);
    EVP_DigestUpdate(hmac->working, text, length);
    EVP_DigestFinal_ex(hmac->working, digest, NULL);
    EVP_MD_CTX_copy_ex(hmac->working, hmac->outer);
    EVP_DigestUpdate(hmac->working, digest, 32);
    EVP_DigestFinal_ex(hmac->working, digest, NULL);
    for (int i = 0; i < 32; i++) {
        *out++ = digits[digest[i] >> 4];
        *out++ = digits[digest[i] & 15];
    }
    return out;
}

/* A depth message: ids and all levels, prices and quantities in units of 1e-8. */
struct depth {
    int64_t id;
    int64_t levels[2][64][2];
    int counts[2];
};

struct scanner {
    const char *at, *end;
};

static int expect(struct scanner *scan, char c) {
    if (scan->at >= scan->end || *scan->at != c) return 0;
    scan->at++;
    return 1;
}

/* A number, or a string that holds one. */
static int decimal(struct scanner *scan, int scale, int64_t *value) {
    int quoted = expect(scan, '"');
    const char *start = scan->at;
    int64_t number = 0;
    while (scan->at < scan->end && (unsigned)(*scan->at - '0') < 10) number = number * 10 + (*scan->at++ - '0');
    if (scan->at == start || scan->at - start > 18) return 0;
    if (expect(scan, '.')) {
        while (scan->at < scan->end && (unsigned)(*scan->at - '0') < 10) {
            if (scale-- <= 0) return 0;
            number = number * 10 + (*scan->at++ - '0');
        }
    }
    while (scale-- > 0) number *= 10;
    *value = number;
    return !quoted || expect(scan, '"');
}

static int text(struct scanner *scan, const char **start, int *length) {
    if (!expect(scan, '"')) return 0;
    *start = scan->at;
    while (scan->at < scan->end && *scan->at != '"') scan->at++;
    *length = (int)(scan->at - *start);
    return expect(scan, '"');
}

static int levels(struct scanner *scan, struct depth *depth, int side) {
    int count = 0;
    if (!expect(scan, '[')) return 0;
    if (!expect(scan, ']')) {
        do {
            if (count == 64 || !expect(scan, '[') || !decimal(scan, 8, &depth->levels[side][count][0]) || !expect(scan, ',')
                || !decimal(scan, 8, &depth->levels[side][count][1]) || !expect(scan, ']'))
                return 0;
            count++;
        } while (expect(scan, ','));
        if (!expect(scan, ']')) return 0;
    }
    depth->counts[side] = count;
    return 1;
}

static int parse(const char *bytes, size_t count, struct depth *depth) {
    struct scanner scan = {bytes, bytes + count};
    depth->counts[0] = depth->counts[1] = 0;
    if (!expect(&scan, '{')) return 0;
    do {
        const char *key, *value;
        int length, ignored_length, fine;
        int64_t ignored;
        if (!text(&scan, &key, &length) || !expect(&scan, ':')) return 0;
        if (length == 1 && *key == 'u') fine = decimal(&scan, 0, &depth->id);
        else if (length == 1 && *key == 'b') fine = levels(&scan, depth, 0);
        else if (length == 1 && *key == 'a') fine = levels(&scan, depth, 1);
        else if (length == 1 && (*key == 'e' || *key == 's')) fine = text(&scan, &value, &ignored_length);
        else fine = decimal(&scan, 0, &ignored);
        if (!fine) return 0;
    } while (expect(&scan, ','));
    return expect(&scan, '}') && scan.at == scan.end && depth->counts[0] > 0 && depth->counts[1] > 0;
}

struct client {
    int stream, orders, epoll;
    struct hmac hmac;
    const char *key;
    uint16_t port;
    struct depth depth;
    char in[65536], reply[16384], pending[1 << 19];
    size_t used, reply_used, pending_used;
    int busy;
    int sent;
};

static char *append(char *out, const char *text) {
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static char *append_number(char *out, int64_t number, int width) {
    char digits[24];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count < width) digits[count++] = '0';
    while (count > 0) *out++ = digits[--count];
    return out;
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

/* The size-weighted mid decides the side; the price is one tick better than the touch. */
static int decide_and_post(struct client *client) {
    const struct depth *depth = &client->depth;
    int64_t bid = depth->levels[0][0][0] / 10000, ask = depth->levels[1][0][0] / 10000;
    int64_t bid_size = depth->levels[0][0][1] / 1000000, ask_size = depth->levels[1][0][1] / 1000000;
    int buys = bid_size >= ask_size;
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    char query[512], *out = query;
    out = append(out, buys ? "symbol=ASTERUSDT&side=BUY" : "symbol=ASTERUSDT&side=SELL");
    out = append(out, "&type=LIMIT&timeInForce=GTX&quantity=10.00&price=0.");
    out = append_number(out, buys ? bid : ask, 4);
    out = append(out, "&newClientOrderId=bench-");
    out = append_number(out, depth->id, 1);
    out = append(out, "&recvWindow=5000&timestamp=");
    out = append_number(out, wall.tv_sec * 1000LL + wall.tv_nsec / 1000000, 1);
    size_t signed_length = (size_t)(out - query);

    char *start = client->busy ? client->pending + client->pending_used : client->pending;
    if (start + 1024 > client->pending + sizeof client->pending) return -1;
    out = append(start, "POST /fapi/v1/order?");
    memcpy(out, query, signed_length);
    out = append(out + signed_length, "&signature=");
    out = hmac_hex(&client->hmac, query, signed_length, out);
    out = append(out, " HTTP/1.1\r\nHost: 127.0.0.1:");
    out = append_number(out, client->port, 1);
    out = append(out, "\r\nUser-Agent: apus\r\nX-MBX-APIKEY: ");
    out = append(out, client->key);
    out = append(out, "\r\nContent-Length: 0\r\n\r\n");
    client->sent++;
    if (client->busy) {
        client->pending_used = (size_t)(out - client->pending);
        return 0;
    }
    client->busy = 1;
    return send_all(client->orders, start, (size_t)(out - start));
}

/* 1 when the server said goodbye, -1 for an error. */
static int read_stream(struct client *client) {
    ssize_t got = recv(client->stream, client->in + client->used, sizeof client->in - client->used, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) return 1;
    client->used += (size_t)got;
    size_t at = 0;
    for (;;) {
        size_t left = client->used - at, head = 2;
        const unsigned char *frame = (const unsigned char *)client->in + at;
        if (left < 2) break;
        size_t length = frame[1] & 127;
        if (length == 127 || frame[1] & 128) return -1;
        if (length == 126) {
            if (left < 4) break;
            length = (size_t)frame[2] << 8 | frame[3];
            head = 4;
        }
        if (left < head + length) break;
        if ((frame[0] & 15) == 8) return 1;
        if (!parse((const char *)frame + head, length, &client->depth) || decide_and_post(client) < 0) return -1;
        at += head + length;
    }
    client->used -= at;
    memmove(client->in, client->in + at, client->used);
    return 0;
}

static int read_reply(struct client *client) {
    ssize_t got =
        recv(client->orders, client->reply + client->reply_used, sizeof client->reply - client->reply_used - 1, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) return -1;
    client->reply_used += (size_t)got;
    client->reply[client->reply_used] = 0;
    char *end = strstr(client->reply, "\r\n\r\n");
    if (!end) return 0;
    char *field = strcasestr(client->reply, "\r\nContent-Length: ");
    if (!field || strncmp(client->reply, "HTTP/1.1 200", 12) != 0) return -1;
    size_t total = (size_t)(end + 4 - client->reply) + (size_t)strtoul(field + 18, NULL, 10);
    if (client->reply_used < total) return 0;
    client->reply_used = 0;
    client->busy = 0;
    if (client->pending_used == 0) return 0;
    /* Rare: requests that waited leave one at a time. */
    char *next = memmem(client->pending, client->pending_used, "\r\n\r\n", 4);
    size_t length = (size_t)(next + 4 - client->pending);
    client->busy = 1;
    int result = send_all(client->orders, client->pending, length);
    client->pending_used -= length;
    memmove(client->pending, client->pending + length, client->pending_used);
    return result;
}

static int dial(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int upgrade(struct client *client) {
    char request[256], reply[1024];
    int length = snprintf(request, sizeof request,
        "GET /ws/asterusdt@depth20@100ms HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", client->port);
    if (send_all(client->stream, request, (size_t)length) < 0) return -1;
    size_t used = 0;
    for (;;) {
        ssize_t got = recv(client->stream, reply + used, sizeof reply - used - 1, 0);
        if (got <= 0) return -1;
        used += (size_t)got;
        reply[used] = 0;
        char *end = strstr(reply, "\r\n\r\n");
        if (!end) continue;
        if (strncmp(reply, "HTTP/1.1 101", 12) != 0) return -1;
        client->used = used - (size_t)(end + 4 - reply);
        memcpy(client->in, end + 4, client->used);
        return 0;
    }
}

static int watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int bare_client_run(uint16_t port, const char *key, const char *secret) {
    static struct client client;
    client.port = port;
    client.key = key;
    if (hmac_open(&client.hmac, secret) < 0) return -1;
    if ((client.orders = dial(port)) < 0 || (client.stream = dial(port)) < 0 || upgrade(&client) < 0) return -1;
    client.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (watch(client.epoll, client.stream) < 0 || watch(client.epoll, client.orders) < 0) return -1;
    for (;;) {
        struct epoll_event events[8];
        int count = epoll_wait(client.epoll, events, 8, 5000);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return -1;
        for (int i = 0; i < count; i++) {
            int result = events[i].data.fd == client.stream ? read_stream(&client) : read_reply(&client);
            if (result < 0) return -1;
            if (result > 0) return client.sent;
        }
    }
}
