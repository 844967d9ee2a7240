/* What a WebSocket client may send after the handshake. The first byte says how large the pieces are,
 * and with its lowest bit whether the rest is raw bytes, or messages: opcode byte, length byte,
 * payload, to be masked here, so that the fuzzer gets past the frame layer to the JSON. */
#include "http_fuzz.h"

struct command {
    struct slice subscribe;
    struct slice unsubscribe;
    int64_t from;
};

static const struct field command_fields[] = {
    FIELD(struct command, subscribe, "subscribe", T_STRING, .max = 100),
    FIELD(struct command, unsubscribe, "unsubscribe", T_STRING, .max = 100),
    FIELD(struct command, from, "from", T_INTEGER, .min = 0, .max = 1000000),
};
static const struct schema command_schema =
    SCHEMA("Command", struct command, command_fields, "A message.");

static void message(struct socket *socket, struct arena *arena, struct slice text)
{
    CHECK(text.len <= MESSAGE_BYTES_MAX);
    CHECK(slice_is_utf8(text));
    struct faults faults = { .arena = arena };
    void *read = NULL;
    if (schema_read_body(&command_schema, text, &faults, &read) != OK) {
        hub_send(socket, S("{\"error\":{}}"));
        return;
    }
    const struct command *command = read;
    if (command->subscribe.len > 0 && hub_subscribe(socket, command->subscribe) == OK) {
        hub_publish(socket_server(socket), command->subscribe, text);
        hub_publish_latest(socket_server(socket), command->subscribe, S("k"), text);
    }
    hub_unsubscribe(socket, command->unsubscribe);
}

static enum error handle(struct request *request)
{
    (void)request;
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/s",
      .name = "s",
      .summary = "A row.",
      .tag = "Fuzz",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .is_upgrade = true,
      .handle = handle },
};

#define HANDSHAKE                                                                                  \
    "GET /s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"                  \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

enum { BYTES_MAX = 64 * 1024 };

static size_t frame(char *into, const uint8_t *data, size_t size)
{
    size_t at = 0;
    while (size >= 2 && at + 300 < BYTES_MAX) {
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        into[at++] = (char)data[0];
        into[at++] = (char)(0x80 | (len < 126 ? len : 126));
        if (len >= 126) {
            into[at++] = 0;
            into[at++] = (char)len;
        }
        memset(into + at, 0, 4); /* masking with zero changes nothing */
        at += 4;
        memcpy(into + at, data + 2, len);
        at += len;
        data += 2 + len;
        size -= 2 + len;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct endpoint_table table = { .rows = rows, .count = ARRAY_LEN(rows) };
    static char bytes[sizeof(HANDSHAKE) + BYTES_MAX] = HANDSHAKE;
    if (fuzz.server == NULL) {
        fuzz_start((struct server_settings){
            .tables = &table, .table_count = 1, .hooks.socket_message = message });
    }
    if (size == 0 || size > BYTES_MAX / 4) {
        return 0;
    }
    size_t len = sizeof(HANDSHAKE) - 1;
    if (data[0] % 2 == 0) {
        memcpy(bytes + len, data + 1, size - 1);
        len += size - 1;
    } else {
        len += frame(bytes + len, data + 1, size - 1);
    }
    fuzz_run((struct slice){ .ptr = bytes, .len = len }, data[0] < 8 ? 0 : data[0]);
    return 0;
}
