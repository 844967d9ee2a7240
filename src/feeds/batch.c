#include "feeds/batch.h"

struct json *batch_row(struct batches *batches)
{
    if (batches->last == NULL || batches->last->rows == BATCH_ROWS) {
        struct batch *batch = ARENA_NEW(batches->arena, struct batch);
        json_init(&batch->json, batches->arena);
        json_open_array(&batch->json);
        if (batches->last == NULL) {
            batches->first = batch;
        } else {
            batches->last->next = batch;
        }
        batches->last = batch;
    }
    batches->rows++;
    batches->last->rows++;
    json_open_object(&batches->last->json);
    return &batches->last->json;
}

void batch_row_end(struct batches *batches)
{
    json_close_object(&batches->last->json);
}

void batches_end(struct batches *batches)
{
    for (struct batch *batch = batches->first; batch != NULL; batch = batch->next) {
        json_close_array(&batch->json);
        batch->text = json_done(&batch->json);
    }
}

void batch_text(struct json *json, struct slice key, struct slice text)
{
    if (text.ptr == NULL) {
        json_member_null(json, key);
    } else {
        json_member_text(json, key, text);
    }
}

void batch_int(struct json *json, struct slice key, int64_t value)
{
    if (value == BATCH_NO_NUMBER) {
        json_member_null(json, key);
    } else {
        json_member_int(json, key, value);
    }
}
