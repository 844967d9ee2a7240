/* This node follows the switches: looks twice a second and when there is news, and does what a change
 * asks for (sockets, database and Redis connections, caches). On the first loop, with the live stream. */
#ifndef ASTRALFIELD_API_SWITCH_WATCH_H
#define ASTRALFIELD_API_SWITCH_WATCH_H

#include "api/app.h"

/* Starts and ends looking; on the first loop, the end in a fiber. */
MUST_CHECK enum error switch_watch_start(struct app *app, struct loop *loop);
void switch_watch_stop(struct app *app);

/* Looks soon. Any thread of a loop; nothing happens before the start and after the end. */
void switch_watch_look(struct app *app);

/* Looks now, in the calling fiber, so that whoever has just ordered something sees it done here. */
void switch_watch_now(struct app *app);

#endif
