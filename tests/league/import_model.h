/* A league of another platform made in C: four teams, two seasons, three weeks each. */
#ifndef ASTRALFIELD_TESTS_LEAGUE_IMPORT_MODEL_H
#define ASTRALFIELD_TESTS_LEAGUE_IMPORT_MODEL_H

#include "imports/model.h"

enum { MODEL_TEAMS = 4, MODEL_PLAYERS = 24, MODEL_SEASON = 2012 };

/* The seasons 2012 (auction, complete) and 2013 (snake, complete, with a two-week final). */
void make_model(struct arena *arena, struct import_model *ret_model);

#endif
