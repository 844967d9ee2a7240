/* A small JSON writer over a buffer. Reading is jansson's work; rows come as JSON from PostgreSQL.
 *
 * json_key before each member of an object; commas are the writer's business. Text must be UTF-8. */
#ifndef ASTRALFIELD_BASE_JSON_H
#define ASTRALFIELD_BASE_JSON_H

#include "base/arena.h"
#include "base/points.h"
#include "base/time.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buffer out;
    int depth;
    bool has_value[JSON_DEPTH_MAX]; /* the open container holds something already */
    bool after_key;
};

void json_init(struct json *json, struct arena *arena);
void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);
void json_key(struct json *json, struct slice key);
void json_text(struct json *json, struct slice text);
void json_int(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_none(struct json *json);
void json_points(struct json *json, points value);    /* 12.30 */
void json_time(struct json *json, utime value);       /* "2024-09-08T17:00:00.000Z" */
void json_raw(struct json *json, struct slice ready); /* bytes that are JSON already */

/* Member in one call. */
void json_member_text(struct json *json, struct slice key, struct slice text);
void json_member_int(struct json *json, struct slice key, int64_t value);
void json_member_bool(struct json *json, struct slice key, bool value);
void json_member_null(struct json *json, struct slice key);
void json_member_points(struct json *json, struct slice key, points value);
void json_member_time(struct json *json, struct slice key, utime value);
void json_member_raw(struct json *json, struct slice key, struct slice ready);

/* The document; every container must be closed. Lives in the arena. */
struct slice json_done(struct json *json);

#endif
