/* The loop's stock of exchanges: taken with the first byte of a request, given back with the last of
 * its answer. */
#include <stdlib.h>

#include "base/check.h"
#include "http/connection.h"

static void prepare(struct exchange *exchange)
{
    arena_reset(&exchange->arena);
    exchange->request = (struct request){ .arena = &exchange->arena,
                                          .faults.arena = &exchange->arena,
                                          .connection = exchange,
                                          .reply = &exchange->reply };
    exchange->reply = (struct reply){ 0 };
    exchange->route = NO_ROUTE;
    exchange->refusal = OK;
    exchange->is_running = exchange->is_done = exchange->is_replaced = false;
    exchange->must_close = false;
    exchange->is_head_request = exchange->is_options = exchange->wants_continue = false;
    exchange->header_count = 0;
    exchange->status = 0;
    exchange->status_bytes = 0;
    buffer_init(&exchange->body, &exchange->arena);
    parse_begin(exchange);
}

struct exchange *exchange_take(struct connection *connection)
{
    struct home *home = connection->home;
    struct exchange *exchange = home->spare;
    if (exchange != NULL) {
        home->spare = exchange->next;
        home->spare_count--;
    } else {
        exchange = malloc(sizeof(*exchange));
        CHECK(exchange != NULL);
        arena_init(&exchange->arena);
        exchange->incoming = NULL;
        exchange->home = home;
    }
    exchange->connection = connection;
    connection->exchange = exchange;
    exchange->parsed = exchange->filled = 0;
    prepare(exchange);
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    incoming_free(exchange->incoming);
    arena_done(&exchange->arena);
    free(exchange);
}

/* The log line and the figures, once per request that had a head. */
static void account(struct exchange *exchange)
{
    bool is_nothing = exchange->request.method.len == 0 && exchange->status == 0;
    if (is_nothing || exchange->is_replaced) {
        return;
    }
    if (exchange->status == 0) {
        exchange->status = 499; /* nginx's number for a client that did not wait */
    }
    struct home *home = exchange->home;
    atomic_fetch_add_explicit(&home->server->requests, 1, memory_order_relaxed);
    if (exchange->status >= 500) {
        atomic_fetch_add_explicit(&home->server->errors, 1, memory_order_relaxed);
    }
    int64_t us = mono_now().us - exchange->began.us;
    request_log(exchange, us);
    if (home->server->settings.hooks.finished != NULL) {
        home->server->settings.hooks.finished(&exchange->request, exchange->route, exchange->status,
                                              exchange->status_bytes, us);
    }
}

void exchange_release(struct exchange *exchange)
{
    account(exchange);
    struct home *home = exchange->home;
    if (exchange->connection != NULL) {
        exchange->connection->exchange = NULL;
        exchange->connection = NULL;
    }
    websocket_clean(exchange);
    arena_reset(&exchange->arena);
    if (home->spare_count >= EXCHANGES_SPARE_MAX) {
        exchange_free(exchange);
        return;
    }
    exchange->request.method = S("");
    exchange->status = 0;
    exchange->next = home->spare;
    home->spare = exchange;
    home->spare_count++;
}

void exchange_inherit(struct exchange *heir, struct exchange *from)
{
    from->is_replaced = true;
    memcpy(heir->id, from->id, sizeof(heir->id));
    memcpy(heir->address, from->address, sizeof(heir->address));
    heir->request.id = (struct slice){ .ptr = heir->id, .len = from->request.id.len };
    heir->request.address = slice_from(heir->address);
    heir->request.peer = heir->request.address;
    heir->request.endpoint = from->request.endpoint;
    heir->request.method = slice_from(method_name(from->request.endpoint->method));
    heir->request.now = from->request.now;
    heir->route = from->route;
    heir->began = from->began;
    heir->is_head_request = from->is_head_request;
}

void exchange_next(struct exchange *exchange)
{
    account(exchange);
    if (exchange->parsed >= COMPACT_FROM_BYTES) {
        exchange->filled -= exchange->parsed;
        memmove(exchange->in, exchange->in + exchange->parsed, exchange->filled);
        exchange->parsed = 0;
    }
    prepare(exchange);
}
