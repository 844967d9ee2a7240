/* What has happened reaches everybody who watches.
 *
 * A change is committed first, then announced: PostgreSQL's NOTIFY brings "league:12:345", "nfl:678"
 * or "signout:<hash>" to every node. Announcements only make things fast: a slow poll of the numbers
 * finds what one missed. Finished documents are good as long as these numbers stand still. */
#ifndef ASTRALFIELD_LIVE_LIVE_H
#define ASTRALFIELD_LIVE_LIVE_H

#include "cache/documents.h"
#include "http/server.h"
#include "live/heads.h"

enum { LIVE_REPLAY_MAX = 500, LIVE_POLL_LEAGUES_MAX = 1000 };
#define LIVE_POLL_US (5 * US_PER_S)

struct live;

struct live_settings {
    struct document_cache *documents;
    void (*signed_out)(void *thing, struct slice what); /* a sign-in ended on some node */
    /* An operator did something on some node ("ops:<what>"); empty after every (re)connection: what
     * was said meanwhile is unknown. On the live loop, where nothing may wait. */
    void (*operator_said)(void *thing, struct slice what);
    void *thing;
};

struct live *live_new(const struct live_settings *settings);
void live_free(struct live *live);

/* Where publications go; before the loops run. */
void live_attach(struct live *live, struct server *server);

/* Starts listening and polling on this loop (one loop of the process), and ends both. */
MUST_CHECK enum error live_loop_start(struct live *live, struct loop *loop);
void live_loop_stop(struct live *live);

/* The numbers a document must match. league_id 0 = of no league. */
struct document_versions live_versions(struct live *live, int64_t league_id);

/* False while announcements may be lost: then nothing is served from the document cache. */
bool live_is_listening(const struct live *live);

/* A command of this node has committed: the next request of whoever gave it sees it. */
void live_announce(struct live *live, int64_t league_id, int64_t seq);

/* ---- sockets (protocol in docs/socket.md) ---- */

/* Whether this caller may listen to a league, and as a member; in a fiber. */
struct listener {
    const struct caller *caller;
    int64_t league_id;
    bool is_member; /* the answer */
};
typedef enum error live_may_listen(void *thing, struct arena *arena, struct listener *listener);

/* One message of a socket, in a fiber. */
void live_message(struct live *live, struct socket *socket, struct arena *arena, struct slice text,
                  live_may_listen *may_listen);

#endif
