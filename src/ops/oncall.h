/* Who is called: four roles, each with one person or several who take a week each. */
#ifndef ASTRALFIELD_OPS_ONCALL_H
#define ASTRALFIELD_OPS_ONCALL_H

#include "db/db.h"
#include "ops/config.h"

enum oncall_role { ROLE_PRIMARY, ROLE_SECONDARY, ROLE_DATABASE, ROLE_SECURITY, ROLE_COUNT };

enum { ONCALL_PEOPLE_MAX = 20, ONCALL_PERSON_MAX = 200 };

const char *oncall_role_name(enum oncall_role role);

/* ROLE_COUNT when there is none of that name. */
enum oncall_role oncall_role_find(struct slice name);

struct oncall {
    struct slice people[ONCALL_PEOPLE_MAX];
    size_t count;
    const char *source; /* "set", "settings", "nobody" */
};

/* Who stands in a week's turn of `count`: weeks begin on Monday, 00:00 UTC. */
size_t oncall_turn(utime now, size_t count);

/* Weeks are told by their Monday: the one that `now` is in. */
utime oncall_week(utime now);

/* All four; what is stored wins over the settings. In a fiber. */
MUST_CHECK enum error oncall_read(struct arena *arena, const struct config *settings,
                                  struct oncall ret_roles[ROLE_COUNT]);

/* Who is called for a role now; empty when nobody is. */
struct slice oncall_now(const struct oncall *role, utime now);

/* JSON array of these people, for message.recipients; nobody twice. */
struct slice oncall_json(struct arena *arena, const struct slice *people, size_t count);

/* Splits "Ann <ann@example.org>, Bob" at its commas. */
void oncall_split(struct slice text, struct oncall *ret_role);

#endif
