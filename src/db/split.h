/* Cuts a migration into its statements. */
#ifndef ASTRALFIELD_DB_SPLIT_H
#define ASTRALFIELD_DB_SPLIT_H

#include "base/slice.h"

/* Takes the next statement off *rest, without what is around it; empty at the end. Knows comments,
 * strings, quoted names, dollar quotes, and bodies between `begin atomic` and `end`. */
struct slice sql_next_statement(struct slice *rest);

#endif
