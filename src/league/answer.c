/* Reading an answer again. Apart, because jansson and base/json.h share a name. */
#include <jansson.h>

#include "league/ledger.h"

int64_t change_answer_id(const struct change *change, const char *member)
{
    json_t *answer = json_loadb(change->answer.ptr, change->answer.len, 0, NULL);
    int64_t id = json_integer_value(json_object_get(answer, member));
    json_decref(answer);
    return id;
}
