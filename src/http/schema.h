/* The shape of JSON and parameters, as tables: one table checks a request, fills a typed struct, and
 * describes itself in the OpenAPI document.
 *
 *   struct join { struct slice invite_code, team_name; };
 *   static const struct field join_fields[] = {
 *       FIELD(struct join, invite_code, "inviteCode", T_STRING, .required = true, .max = 64),
 *       FIELD(struct join, team_name, "teamName", T_STRING, .required = true, .min = 1, .max = 40),
 *   };
 *   static const struct schema join_body = SCHEMA("Join", struct join, join_fields, "…");
 *
 * Reply schemas use REPLY(...) rows, which have no place in a struct. */
#ifndef ASTRALFIELD_HTTP_SCHEMA_H
#define ASTRALFIELD_HTTP_SCHEMA_H

#include "base/check.h"
#include "base/faults.h"
#include "base/points.h"
#include "base/time.h"

/* Jansson's value, declared here and not included: its json_null is also base/json.h's name. */
typedef struct json_t json_t;

enum field_type {
    T_STRING = 1, /* struct slice, UTF-8; min/max in code points */
    T_INTEGER,    /* int64_t */
    T_DECIMAL,    /* int64_t millionths; min/max in millionths */
    T_POINTS,     /* points (hundredths) */
    T_BOOLEAN,    /* bool */
    T_TIME,       /* utime; ISO 8601 with offset */
    T_ENUM,       /* int: index into .values */
    T_OBJECT,     /* the struct of .of, embedded */
    T_ARRAY,      /* struct list: items of .of (structs) or of scalar type .items; min/max count */
    T_MAP,        /* reply only: object with free keys, values of .items or .of */
    T_JSON,       /* json_t *: any JSON value, borrowed from the parsed body */
};

enum field_place { IN_BODY = 0, IN_PATH, IN_QUERY, IN_HEADER };

struct schema;

struct list {
    void *ptr; /* items in the request's arena */
    size_t count;
};

struct field {
    const char *name; /* as on the wire */
    enum field_type type;
    enum field_place place;
    bool required;
    bool nullable; /* null is accepted; counts as "not given" for input */
    int64_t min;   /* bounds, both inclusive; both zero = none; */
    int64_t max;   /* max below min = no upper bound (so `.min = 1` alone means what it says) */
    const char *const *values; /* T_ENUM: NULL-terminated */
    const struct schema *of;
    enum field_type items;
    const char *format;   /* "email": checked; others only described */
    const char *fallback; /* query and path: the text used when absent */
    const char *doc;
    size_t offset; /* where the value goes */
};

struct schema {
    const char *name; /* component name in the OpenAPI document: "LeagueSummary" */
    const char *doc;
    const struct field *fields;
    size_t field_count;
    size_t size;         /* of the struct */
    size_t given_offset; /* place of a uint64_t whose bit i says field i was given; SIZE_MAX none */
    bool is_open;        /* unknown members are let through (replies of outside shape only) */
};

/* The type begins the variable part, so that a field may be no more than its type. */
#define FIELD(type_, member_, name_, ...)                                                          \
    {                                                                                              \
        .name = (name_), .offset = offsetof(type_, member_), .type = __VA_ARGS__                   \
    }
#define REPLY(name_, ...)                                                                          \
    {                                                                                              \
        .name = (name_), .type = __VA_ARGS__                                                       \
    }

#define SCHEMA(name_, type_, fields_, doc_)                                                        \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .fields = (fields_), .field_count = ARRAY_LEN(fields_),    \
        .size = sizeof(type_), .given_offset = SIZE_MAX                                            \
    }
/* For partial updates: the struct has a member `uint64_t given`. */
#define SCHEMA_PARTIAL(name_, type_, fields_, doc_)                                                \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .fields = (fields_), .field_count = ARRAY_LEN(fields_),    \
        .size = sizeof(type_), .given_offset = offsetof(type_, given)                              \
    }
#define REPLY_SCHEMA(name_, fields_, doc_)                                                         \
    {                                                                                              \
        .name = (name_), .doc = (doc_), .fields = (fields_), .field_count = ARRAY_LEN(fields_),    \
        .given_offset = SIZE_MAX                                                                   \
    }

static inline bool field_has_min(const struct field *field)
{
    return (field->min != 0 || field->max != 0) && field->min != INT64_MIN;
}

static inline bool field_has_max(const struct field *field)
{
    return (field->min != 0 || field->max != 0) && field->max >= field->min;
}

static inline bool is_given(uint64_t given, unsigned field_index)
{
    return (given >> field_index & 1) != 0;
}

/* Reads a JSON body into a fresh struct in the faults' arena. Every fault is added with its JSON
 * pointer; unknown members are faults. E_BAD_REQUEST: not JSON (the detail says line and column),
 * nested deeper than 16, a member twice. E_INVALID: does not fit. The parsed document lives as long
 * as the arena. */
MUST_CHECK enum error schema_read_body(const struct schema *schema, struct slice body,
                                       struct faults *faults, void **ret_struct);

/* Text value of a path or query parameter by name; ptr NULL when absent. */
typedef struct slice param_lookup(void *thing, const struct field *field);

/* Reads path, query and header parameters into a fresh struct; T_ARRAY is a comma-separated list of
 * scalars. Faults are at "path:leagueId", "query:week", "header:If-Match"; E_INVALID. A fallback
 * does not count as given. */
MUST_CHECK enum error schema_read_params(const struct schema *schema, param_lookup *lookup,
                                         void *thing, struct faults *faults, void **ret_struct);

#endif
