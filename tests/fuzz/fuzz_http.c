/* Bytes as an HTTP client may send them: heads, bodies, pipelines, in pieces. The first byte says how
 * large the pieces are. */
#include "http_fuzz.h"

struct echo {
    struct slice text;
    int64_t number;
};

struct place {
    int64_t id;
    int64_t week;
};

static enum error handle(struct request *request)
{
    CHECK(slice_is_utf8(request->path));
    CHECK(request->query.ptr != NULL);
    for (size_t i = 0; i < request->id.len; i++) {
        CHECK(request->id.ptr[i] > ' ');
    }
    request_cookie(request, S("session"));
    request_query(request, S("week"));
    reply_json(request, request->body.len > 0 ? S("{\"is\":1}") : S("{\"is\":0}"));
    reply_etag(request, S("v1"));
    return OK;
}

static const struct field echo_fields[] = {
    FIELD(struct echo, text, "text", T_STRING, .required = true, .max = 100),
    FIELD(struct echo, number, "number", T_INTEGER, .min = -5, .max = 5),
};
static const struct schema echo_body = SCHEMA("Echo", struct echo, echo_fields, "A body.");
static const struct field place_fields[] = {
    FIELD(struct place, id, "id", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,
          .max = 1000),
    FIELD(struct place, week, "week", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 18),
};
static const struct schema place = SCHEMA("Place", struct place, place_fields, "A place.");
static const struct field is_fields[] = { REPLY("is", T_INTEGER, .doc = "Which.") };
static const struct schema is = REPLY_SCHEMA("Is", is_fields, "A reply.");

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/a",
      .name = "a",
      .summary = "A row.",
      .tag = "Fuzz",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .cache = CACHE_CONSTANT,
      .reply = &is,
      .handle = handle },
    { .method = METHOD_GET,
      .path = "/api/b/{id}",
      .name = "b",
      .summary = "A row.",
      .tag = "Fuzz",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &place,
      .reply = &is,
      .handle = handle },
    { .method = METHOD_POST,
      .path = "/api/c",
      .name = "c",
      .summary = "A row.",
      .tag = "Fuzz",
      .access = ACCESS_PUBLIC,
      .rate = RATE_WRITE,
      .body = &echo_body,
      .reply = &is,
      .handle = handle },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct endpoint_table table = { .rows = rows, .count = ARRAY_LEN(rows) };
    if (fuzz.server == NULL) {
        fuzz_start((struct server_settings){ .tables = &table, .table_count = 1 });
    }
    if (size > 0) {
        fuzz_run((struct slice){ .ptr = (const char *)data + 1, .len = size - 1 }, data[0]);
    }
    return 0;
}
