/* What happened in a league, in words. */
#ifndef ASTRALFIELD_API_EVENT_TEXT_H
#define ASTRALFIELD_API_EVENT_TEXT_H

#include "base/arena.h"
#include "base/check.h"

/* What a sentence about an event can speak of; empty slices where there is nothing. */
struct event_facts {
    struct slice kind;    /* "roster.add" */
    struct slice team;    /* its name */
    struct slice actor;   /* display name */
    int64_t week;         /* 0: none */
    struct slice payload; /* JSON object */
};

/* The event in one English sentence without a full stop, in the arena; a kind that is not known
 * gives its own name. */
struct slice event_text(struct arena *arena, const struct event_facts *facts);

#endif
