/* HTTP and mail to other hosts. Every call blocks until it is done or its time is up: call from a
 * worker thread or from the command line, never on a loop.
 *
 *   struct out_reply reply;
 *   enum error error = out_post(&(struct out_request){ .arena = arena, .url = url, .body = body }, &reply);
 *   if (error == OK && reply.status / 100 == 2) …
 *
 * The address that is connected to is checked at that moment (guard.h). No proxy of the environment is
 * used: where it connects to could not be checked. CURL_CA_BUNDLE names other certificates to trust. */
#ifndef ASTRALFIELD_OUT_OUT_H
#define ASTRALFIELD_OUT_OUT_H

#include "base/arena.h"
#include "base/time.h"

enum { OUT_CONNECT_MS = 3000, OUT_TOTAL_MS = 10000, OUT_REPLY_BYTES_MAX = 1024 * 1024 };
enum { OUT_URL_MAX = 2048, OUT_HEADERS_MAX = 16, OUT_REDIRECTS_MAX = 5, OUT_RECIPIENTS_MAX = 50 };

struct out_header {
    struct slice name, value;
};

/* Called as bytes of the reply come: how many there are now. */
struct out_watch {
    void (*step)(void *thing, int64_t bytes); /* may be NULL */
    void *thing;
};

struct out_request {
    struct arena *arena; /* keeps the reply */
    struct slice url;    /* http:// or https://, without user and password */
    const struct out_header *headers;
    size_t header_count;    /* ≤ OUT_HEADERS_MAX */
    struct slice body;      /* of out_post */
    int connect_ms;         /* 0 = OUT_CONNECT_MS */
    int total_ms;           /* 0 = OUT_TOTAL_MS; with everything, redirects too */
    int stall_s;            /* gives up after so many seconds below 1 kB/s; 0 = never */
    size_t reply_bytes_max; /* 0 = OUT_REPLY_BYTES_MAX */
    unsigned
        redirects_max; /* that out_get follows, ≤ OUT_REDIRECTS_MAX; 0 = none: a 3xx is the reply */
    bool is_https_only; /* redirects too */
    struct out_watch watch;
};

struct out_reply {
    int status;            /* of HTTP or SMTP; 0 when there was none */
    struct slice body;     /* as it came, not unpacked */
    int64_t retry_after_s; /* what the other side asked for; 0 = nothing */
    int64_t took_us;
    struct slice why; /* of a failure, in words for an operator; no secrets of the request in it */
};

/* OK: there is a reply, whatever its status. Else, with *ret_reply.why:
 * E_INVALID: address or header lines are not acceptable; E_OUT_REFUSED: the guard, or a scheme that is not
 * allowed; E_TOO_LARGE: the reply is larger than asked for; E_TIMEOUT; E_OUT_FAILED: anything else
 * that kept the reply from coming. */
MUST_CHECK enum error out_get(const struct out_request *request, struct out_reply *ret_reply);
MUST_CHECK enum error out_post(const struct out_request *request, struct out_reply *ret_reply);

struct out_mail {
    struct arena *arena;
    struct slice server; /* smtp://host[:port] (STARTTLS) or smtps://host[:port] */
    struct slice user;   /* empty = do not sign in */
    struct slice password;
    bool is_plain_allowed; /* go on without TLS where smtp:// offers none */
    struct slice from;     /* one address */
    const struct slice *to;
    size_t to_count;      /* 1 … OUT_RECIPIENTS_MAX */
    struct slice subject; /* one line of UTF-8 */
    struct slice text;    /* UTF-8; lines end with '\n' */
    utime now;            /* of the Date line */
    int connect_ms, total_ms;
};

/* Sends one mail to all recipients, or to none that the server refuses. Errors as above: E_INVALID for
 * an address or subject with line breaks or control characters. */
MUST_CHECK enum error out_mail(const struct out_mail *mail, struct out_reply *ret_reply);

/* ---- parts, for tests ---- */

/* The mail as it is sent, with lines that end with CR LF. E_INVALID with the reason in *ret_why. */
MUST_CHECK enum error out_message(const struct out_mail *mail, struct slice *ret_text,
                                  struct slice *ret_why);

#endif
