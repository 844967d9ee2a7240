/* Who may do what: the one place where an endpoint's access rule is applied. */
#ifndef ASTRALFIELD_API_ACCESS_H
#define ASTRALFIELD_API_ACCESS_H

#include "api/app.h"

struct access_cache *access_cache_new(void);
/* Forgets what callers are in leagues: the next request looks again. */
void access_cache_clear(struct access_cache *cache);
void access_cache_free(struct access_cache *cache);

/* Hook: applies request->endpoint->access to the caller and the path; sets request->scope. A league
 * that the caller may not see is E_NOT_FOUND, so that ids tell nothing. */
MUST_CHECK enum error access_authorize(struct request *request);

/* Whether a socket's caller may listen to a league: live_may_listen. */
MUST_CHECK enum error access_may_listen(void *thing, struct arena *arena,
                                        struct listener *listener);

#endif
