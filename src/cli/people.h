/* Accounts, for commands about people. */
#ifndef ASTRALFIELD_CLI_PEOPLE_H
#define ASTRALFIELD_CLI_PEOPLE_H

#include "cli/cli.h"
#include "db/db.h"

struct person {
    int64_t id, other_operators;
    bool is_operator, is_active, has_totp;
};

/* E_NOT_FOUND, with words. In a fiber. */
MUST_CHECK enum error person_find(struct cli *cli, struct slice email, struct person *ret_person);

/* Makes the account that the options --email and --name say, with a password from standard input;
 * audited. Gives the exit code. */
int person_add(struct cli *cli, bool is_operator);

#endif
