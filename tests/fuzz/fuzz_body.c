/* Any bytes as a JSON body: never a crash, a verdict that fits what was filled in, faults that are
 * text. */
#include <stdlib.h>

#include "http/request.h"

static const char *const colours[] = { "red", "blue", NULL };

struct leaf {
    struct slice name;
    int64_t count;
};

struct body {
    uint64_t given;
    struct slice name;
    struct slice email;
    int64_t number;
    int64_t decimal;
    points bonus;
    bool flag;
    utime at;
    int colour;
    struct leaf leaf;
    struct list leaves;
    struct list numbers;
    struct list texts;
    struct list times;
    json_t *any;
};

static const struct field leaf_fields[] = {
    FIELD(struct leaf, name, "n", T_STRING, .required = true, .max = 4),
    FIELD(struct leaf, count, "c", T_INTEGER, .min = -3, .max = 3),
};
static const struct schema leaf = SCHEMA("Leaf", struct leaf, leaf_fields, NULL);

static const struct field body_fields[] = {
    FIELD(struct body, name, "a/~", T_STRING, .min = 1, .max = 5),
    FIELD(struct body, email, "email", T_STRING, .format = "email"),
    FIELD(struct body, number, "i", T_INTEGER, .nullable = true, .min = 1),
    FIELD(struct body, decimal, "d", T_DECIMAL, .min = -1500000, .max = 3000000),
    FIELD(struct body, bonus, "p", T_POINTS),
    FIELD(struct body, flag, "b", T_BOOLEAN),
    FIELD(struct body, at, "t", T_TIME),
    FIELD(struct body, colour, "e", T_ENUM, .values = colours),
    FIELD(struct body, leaf, "o", T_OBJECT, .of = &leaf),
    FIELD(struct body, leaves, "l", T_ARRAY, .of = &leaf, .max = 5),
    FIELD(struct body, numbers, "n", T_ARRAY, .items = T_INTEGER, .min = 1, .max = 6),
    FIELD(struct body, texts, "s", T_ARRAY, .items = T_STRING, .max = 6),
    FIELD(struct body, times, "ts", T_ARRAY, .items = T_TIME, .max = 6),
    FIELD(struct body, any, "j", T_JSON),
};
static const struct schema schema = SCHEMA_PARTIAL("Body", struct body, body_fields, NULL);

static void check_accepted(const struct body *body)
{
    CHECK(!is_given(body->given, 0) || slice_code_points(body->name) <= 5);
    CHECK(!is_given(body->given, 2) || body->number >= 1);
    CHECK(!is_given(body->given, 3) || (body->decimal >= -1500000 && body->decimal <= 3000000));
    CHECK(body->colour >= 0 && body->colour <= 1);
    CHECK(body->leaf.count >= -3 && body->leaf.count <= 3);
    CHECK(body->leaves.count <= 5);
    const struct leaf *leaves = body->leaves.ptr;
    for (size_t i = 0; i < body->leaves.count; i++) {
        CHECK(slice_is_utf8(leaves[i].name));
        CHECK(slice_code_points(leaves[i].name) <= 4);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena = { .blocks = NULL };
    struct request request = { .arena = &arena, .faults = { .arena = &arena }, .id = S("0") };
    void *filled = NULL;
    char *copy = malloc(len + 1); /* exactly as long as the input, so that ASan sees the end */
    CHECK(copy != NULL);
    char *text = copy + 1;
    memcpy(text, bytes, len);
    enum error error = schema_read_body(&schema, (struct slice){ .ptr = text, .len = len },
                                        &request.faults, &filled);
    if (error == OK) {
        CHECK(request.faults.count == 0);
        check_accepted(filled);
    } else {
        CHECK(error == E_BAD_REQUEST || error == E_INVALID);
        CHECK(filled == NULL);
        CHECK((error == E_INVALID) == (request.faults.count > 0));
        CHECK(slice_is_utf8(problem_document(&request, error)));
    }
    free(copy);
    arena_done(&arena);
    return 0;
}
