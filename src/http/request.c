/* What a handler may ask about its request. */
#include "http/connection.h"
#include "http/params.h"

struct slice request_header(const struct request *request, struct slice name)
{
    const struct exchange *exchange = exchange_of(request);
    for (size_t i = 0; i < exchange->header_count; i++) {
        if (slice_eq_nocase(exchange->headers[i].name, name)) {
            return exchange->headers[i].value;
        }
    }
    return (struct slice){ 0 };
}

struct slice request_cookie(const struct request *request, struct slice name)
{
    const struct exchange *exchange = exchange_of(request);
    for (size_t i = 0; i < exchange->header_count; i++) {
        if (!slice_eq_nocase(exchange->headers[i].name, S("cookie"))) {
            continue;
        }
        struct slice rest = exchange->headers[i].value;
        while (rest.ptr != NULL) {
            struct slice value = slice_trim(slice_cut(&rest, ';'));
            struct slice key = slice_cut(&value, '=');
            if (value.ptr != NULL && slice_eq(key, name)) {
                return value;
            }
        }
    }
    return (struct slice){ 0 };
}

struct server *request_server(const struct request *request)
{
    return exchange_of(request)->home->server;
}

struct work_pool *request_work(const struct request *request)
{
    return request_server(request)->settings.work;
}
