/* What operators have switched off: the one place where it is decided who still gets what.
 *
 *                 users read   users write   operators' sessions          operators' addresses
 *   read-only     yes          503           as users                     yes
 *   maintenance   503          503           everything                   yes
 *   lockdown      yes, not by  423           read                         yes
 *                 token
 *   emergency     503          503           read                         yes
 *   recovery      503          503           503                          yes
 *
 * Probes, documents about ourselves and files stay in every mode; signing in stays for operators, but in
 * recovery. Sockets follow what their owner may read. */
#ifndef ASTRALFIELD_API_MODES_H
#define ASTRALFIELD_API_MODES_H

#include "api/app.h"

/* ADVANCED_CACHING: for how long caches in front of us answer without asking, in seconds. */
enum { SHARED_DOCUMENTS_S = 10, SHARED_PAGES_S = 60 };
#define SHARED_DOCUMENTS "public, max-age=0, s-maxage=10, stale-while-revalidate=30"
#define SHARED_PAGES "public, max-age=0, s-maxage=60"

/* Hook, on the loop: the page answers with 503 while users may not read; the web client shows why. */
MUST_CHECK enum error modes_page(struct request *request);

/* False while a finished document must not be handed out without asking who it is for. */
bool modes_let_cached(void);

/* In a fiber, the caller being known. E_MAINTENANCE, E_READ_ONLY, E_LOCKDOWN, E_RECOVERY; E_UNAVAILABLE
 * when the server has just started and does not get to know what is switched on. */
MUST_CHECK enum error modes_check(struct request *request);

/* Whether a socket's owner may go on listening. */
bool modes_let_listen(const struct caller *caller);

/* What a sign-in comes to: `error` is what it came to by itself, `in` the session when that is OK. Unless
 * he is an operator, the answer is the mode's, whether the password was right or not; the session is over. */
MUST_CHECK enum error modes_signed_in(struct request *request, enum error error,
                                      const struct signed_in *in);

#endif
