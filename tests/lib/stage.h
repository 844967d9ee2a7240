/* A PostgreSQL to test on (with-cluster gives ASTRALFIELD_TEST_DB), and a loop whose fiber may use it. */
#ifndef ASTRALFIELD_TESTS_LIB_STAGE_H
#define ASTRALFIELD_TESTS_LIB_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/db.h"
#include "run/loop.h"

const char *stage_url(void);

/* A group's setup: the schema of this program. */
int stage_migrate(void **state);

/* A command, past the program. */
void stage_sql(const char *text);

/* The number that a query gives. */
int64_t stage_number(const char *query);

/* Runs body(thing) in a fiber of a loop of its own, with db_* usable; *ret_loop is that loop. The
 * settings' url is filled in. */
void stage_play(struct db_settings settings, void (*body)(void *thing), void *thing,
                struct loop **ret_loop);

#endif
