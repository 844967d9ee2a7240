/* What the areas of leagues share: members of several schemas, and how a command is answered. */
#ifndef ASTRALFIELD_API_SHAPES_H
#define ASTRALFIELD_API_SHAPES_H

#include "api/common.h"

/* A write may carry a key of the client's own; request_change reads it. */
#define IDEMPOTENCY_KEY(type_)                                                                     \
    FIELD(type_, idempotency_key, "Idempotency-Key", T_STRING, .place = IN_HEADER,                 \
          .min = COMMAND_ID_MIN, .max = COMMAND_ID_MAX,                                            \
          .doc = "A key of your own: a repeat with the same key gets the first answer.")

/* The members of a TeamRef, for documents that say more of a team. */
#define TEAM_REF_MEMBERS                                                                           \
    REPLY("id", T_INTEGER, .required = true), REPLY("name", T_STRING, .required = true),           \
        REPLY("abbrev", T_STRING, .required = true),                                               \
        REPLY("crest", T_INTEGER, .required = true, .min = 0, .max = 11,                           \
              .doc = "Which of the twelve motifs."),                                               \
        REPLY("managers", T_ARRAY, .items = T_STRING, .required = true,                            \
              .doc = "Display names; empty for a team that nobody runs.")

struct keyed_path {
    int64_t id; /* of the league, team or draft in the path */
    struct slice idempotency_key;
};
extern const struct schema keyed_league_path, keyed_team_path;

struct key_only {
    struct slice idempotency_key;
};
extern const struct schema key_only;

extern const struct schema league_reply, line_reply;

extern const char *const week_states[];

/* After a command: the documents of its league are stale, and a fresh one is the reply, with the
 * status of the first answer when it is a repeat. */
MUST_CHECK enum error reply_fresh(struct request *request, const struct change *change,
                                  enum sql_id id, struct params params);

/* The caller as a statement's parameter. */
struct param caller_param(const struct request *request);

#endif
