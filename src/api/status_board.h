/* How we are, as this process sees it: fibers of the first loop look every five seconds and remember. The
 * status page is made from what it remembers, so it needs neither database nor cache. */
#ifndef ASTRALFIELD_API_STATUS_BOARD_H
#define ASTRALFIELD_API_STATUS_BOARD_H

#include "api/app.h"
#include "api/status_view.h"

enum { STATUS_LOOK_S = 5, STATUS_FACTS_S = 60 };

/* On the first loop: starts looking, and ends it (in a fiber; waits for the look under way). */
MUST_CHECK enum error status_board_start(struct loop *loop, struct app *app);
void status_board_stop(void);

/* What is known, as of `now`. Any thread. */
struct status_view *status_board_view(struct arena *arena, utime now);

#endif
