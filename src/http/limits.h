/* The engine's named limits that are not settings. */
#ifndef ASTRALFIELD_HTTP_LIMITS_H
#define ASTRALFIELD_HTTP_LIMITS_H

enum {
    HEAD_BYTES_MAX = 16 * 1024,  /* request line and headers */
    TARGET_BYTES_MAX = 8 * 1024, /* path and query */
    HEADERS_MAX = 64,            /* header lines of a request */
    LEADING_BYTES_MAX = 4,       /* empty lines before a request line (RFC 9112, 2.2) */
    CHUNK_OVERHEAD_FACTOR = 4,   /* raw bytes of a chunked body: at most this times its limit */
    BUFFER_BYTES = 32 * 1024,    /* what an exchange reads into: a head and a window for the body */
    COMPACT_FROM_BYTES = 8 * 1024, /* pipelined bytes move to the front past this */
    READ_ROUNDS_MAX = 16,          /* turns of one connection before the others get theirs */
    EXCHANGES_SPARE_MAX = 64,      /* kept for reuse, per loop */
    REQUEST_ID_MIN = 8,            /* of an incoming X-Request-Id */
    REQUEST_ID_MAX = 64,

    REPLY_HEADERS_MAX = 16,        /* added by hooks and handlers */
    REPLY_HEADER_BYTES_MAX = 2048, /* their names and values together */
    REPLY_HEAD_BYTES_MAX = 4096,
    ETAG_BYTES_MAX = 128,

    ACCEPT_BATCH_MAX = 32,   /* connections taken per wake-up */
    REFUSALS_MAX = 64,       /* connections over the limit that still get their 503, per loop */
    ADDRESS_BUCKETS = 16384, /* counters of connections by client address */
    FIBERS_OPS_SHARE = 50,   /* fibers of a loop that only LANE_OPS may use */
    LINGER_BYTES_MAX = 4 * 1024 * 1024, /* read and thrown away after an answer that closes */
    ADDRESS_TEXT_MAX = 48,
    LOG_BUFFER_BYTES = 64 * 1024,

    MESSAGE_BYTES_MAX = 16 * 1024, /* of a socket's message, all its fragments together */
    SUBSCRIPTIONS_MAX = 64,        /* streams of one socket */
    STREAM_NAME_MAX = 64,          /* bytes */
    LATEST_KEYS_MAX = 64,          /* keys of one stream that wait for their turn */
    FRAMES_PER_WRITE = 64,
};

#endif
