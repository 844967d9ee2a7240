/* The league that `astralfield up` shows the first time. */
#ifndef ASTRALFIELD_CLI_UP_SAMPLE_H
#define ASTRALFIELD_CLI_UP_SAMPLE_H

#include "cli/cli.h"

struct up_sample {
    struct cli *cli;
    const char *program;    /* ourselves: the work is done by our own commands as children */
    const char *const *env; /* for them: where the instance is */
    const char *database_url;
    bool (*carry_on)(void *up); /* called all the while, waits a little; false: stop now */
    void *up;
};

/* Loads a season where none is stored (the real ones of $ASTRALFIELD_DATA or ../shared/data, else an
 * invented one) and has `astralfield demo` make its league or tell its sign-ins again. Does nothing
 * when there are leagues and none of them is the sample. What fails is said, and no harm. */
void up_sample_load(const struct up_sample *sample);

#endif
