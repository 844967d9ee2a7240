/* How `astralfield up` replaces its server by another one while requests come in.
 *
 * Each server is a generation: a child that inherits the listening socket and a channel
 * (ops/generation.h). A new one is started beside the old one, is asked three times whether it is
 * ready, is told to accept, and only then the old one is told to stop; it answers what it has and goes.
 * Whatever fails before that moment leaves the old one serving. Afterwards the new one is watched for a
 * while: when it dies or answers too often with errors, the one before comes back by itself. */
#ifndef ASTRALFIELD_CLI_UP_SWITCH_H
#define ASTRALFIELD_CLI_UP_SWITCH_H

#include "cli/cli.h"
#include "ops/process.h"

enum { WATCH_SLOTS = 60, RELEASE_NAME_MAX = 65 };

/* One of the two: what serves, or what served before. */
struct generation {
    char release[RELEASE_NAME_MAX]; /* "built-in": this program, no release */
    const char *program;
};

struct figures {
    uint64_t requests, errors;
};

struct watch_over {
    struct mono until; /* 0 = nobody watches */
    struct mono accepted_at;
    struct figures at_start;
    struct figures slots[WATCH_SLOTS]; /* as they were at each of the last seconds */
    int64_t second;                    /* of the newest slot, from accepted_at */
};

struct up_switch {
    struct cli *cli;
    struct process_spec *spec;  /* the server's; its program changes */
    pid_t *pid;                 /* of what serves; 0 = it died and will be started again */
    bool (*carry_on)(void *up); /* tends everything else for a moment; false: stop */
    void *up;
    const char *data, *program;    /* this one */
    const char *admin_url;         /* for the mark in WAL; NULL = none */
    struct generation now, before; /* before.program NULL: none */
    int channel;                   /* to what serves; -1 = none */
    struct figures figures;        /* as what serves told last */
    struct watch_over watch;
    bool is_switching, is_told_death;
    char trouble[200]; /* why the last automatic rollback was */
};

/* Once, before the first start: which release serves. */
void up_switch_init(struct up_switch *own);

/* Starts what serves, and tells it to accept at once. */
MUST_CHECK enum error up_switch_start(struct up_switch *own);

/* What serves has ended. */
void up_switch_ended(struct up_switch *own);

/* Takes in what it said. */
void up_switch_hear(struct up_switch *own);

/* Hears what serves, and acts on the watch. Gives the time until it wants to look again. */
int64_t up_switch_tend(struct up_switch *own);

/* What a switch is to do; filled by the control socket or by the watch. */
struct switch_wish {
    struct generation to;
    struct slice mark; /* a restore point of this name is made first; empty = none */
    int64_t watch_s;   /* of errors and of its life afterwards */
    bool is_automatic;
    void (*tell)(void *thing, struct slice step);
    void *thing;
};

struct switch_done {
    int64_t ready_us;    /* from the beginning to the moment the new one accepts */
    int64_t whole_us;    /* to the end of the old one */
    bool was_clean;      /* the old one left by itself */
    struct slice marked; /* the mark's position in WAL; empty = none */
};

MUST_CHECK enum error up_switch_to(struct up_switch *own, const struct switch_wish *wish,
                                   struct switch_done *ret_done);

#endif
