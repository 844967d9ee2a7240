#include "ops/outgoing.h"

#include "out/guard.h"

enum error outgoing_setup(const struct config *settings, struct faults *faults)
{
    struct slice allow = slice_from(settings->outgoing_allow);
    if (out_allow(allow) != OK) {
        fault_add(faults, S("OUTGOING_ALLOW"),
                  "must be at most %d networks such as 10.1.2.0/24, with commas between them, "
                  "not \"%.*s\"",
                  OUT_ALLOW_MAX, FMT(allow));
        return refuse(faults, E_INVALID, "some settings are not acceptable");
    }
    return OK;
}

enum error outgoing_read(const char *data, struct faults *faults)
{
    struct config settings = { 0 };
    TRY(config_read(data, faults, &settings));
    return outgoing_setup(&settings, faults);
}
