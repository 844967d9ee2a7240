/* One libcurl handle, set up the same way for every call. */
#ifndef ASTRALFIELD_OUT_INTERNAL_H
#define ASTRALFIELD_OUT_INTERNAL_H

#include <curl/curl.h>

#include "base/nets.h"
#include "out/out.h"

struct call {
    CURL *curl;
    struct curl_slist *lines; /* headers or recipients */
    struct arena *arena;
    struct buffer body;
    size_t body_max;
    struct out_watch watch;
    struct slice upload; /* what is not sent yet */
    bool is_too_large;
    bool is_refused; /* the guard refused an address */
    struct net refused;
    struct mono started;
    char why[CURL_ERROR_SIZE];
};

struct call_limits {
    const char *schemes; /* "http,https" */
    int connect_ms, total_ms, stall_s;
    size_t reply_bytes_max;
};

/* Checks the address and makes the handle. E_INVALID, E_OUT_REFUSED or E_INTERNAL, with *ret_why. */
MUST_CHECK enum error out_call_open(struct call *call, struct slice url,
                                    const struct call_limits *limits, struct slice *ret_why);

/* Adds one line to call->lines. */
MUST_CHECK enum error call_line(struct call *call, const char *line);

/* Carries the call out and fills the reply. */
MUST_CHECK enum error call_run(struct call *call, struct out_reply *reply);

/* Fits CLEANUP(out_call_done). */
void out_call_done(struct call *call);

/* Tries an option; false when libcurl does not take it. */
#define CALL_SET(call, option, value)                                                              \
    (curl_easy_setopt((call)->curl, (option), (value)) == CURLE_OK)

#endif
