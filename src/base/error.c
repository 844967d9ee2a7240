#include "base/error.h"

#include "base/check.h"

static const struct error_info infos[ERROR_COUNT] = {
#define ERROR(name_, status_, slug_, title_)                                                       \
    [name_] = { .name = #name_, .status = status_, .slug = slug_, .title = title_ },
#include "base/errors.def"
#undef ERROR
};

const struct error_info *error_info(enum error error)
{
    CHECK(error > OK);
    CHECK(error < ERROR_COUNT);
    return &infos[error];
}

bool error_is_planned(enum error error)
{
    return error == E_MAINTENANCE || error == E_READ_ONLY || error == E_LOCKDOWN ||
           error == E_RECOVERY;
}
