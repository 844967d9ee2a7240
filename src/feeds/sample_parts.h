/* What the files of the sample season share; nobody else includes this. */
#ifndef ASTRALFIELD_FEEDS_SAMPLE_PARTS_H
#define ASTRALFIELD_FEEDS_SAMPLE_PARTS_H

#include "base/random.h"
#include "feeds/sample.h"
#include "rules/position.h"

enum {
    SAMPLE_CLUBS = 32,
    SAMPLE_WEEKS = 18,
    SAMPLE_ROUNDS = 17, /* games of each club; the 18th week is its bye */
    SAMPLE_GAMES = SAMPLE_ROUNDS * SAMPLE_CLUBS / 2,
    SAMPLE_SQUAD = 13, /* 2 QB, 3 RB, 5 WR, 2 TE, 1 K */
    SAMPLE_PLAYERS = SAMPLE_CLUBS * SAMPLE_SQUAD,
};

struct sample_game {
    int week;       /* from 1 */
    int home, away; /* clubs */
    int home_score, away_score;
    utime kickoff;
};

struct sample_player {
    struct slice id, name, first_name, last_name;
    enum position position;
    int targets;    /* share of the club's passes, in thousandths */
    int carries;    /* share of its rushes */
    int skill;      /* thousandths of the average: 800 … 1200 */
    int out_before; /* hurt, and back in this week */
};

struct sample {
    struct season_data *data;
    struct rng rng;
    struct sample_game games[SAMPLE_GAMES];
    struct sample_player players[SAMPLE_PLAYERS]; /* club by club */
    int offense[SAMPLE_CLUBS];                    /* thousandths of the average gain */
    int defense[SAMPLE_CLUBS];                    /* thousandths of the average gain given up */
};

/* The code of a club, 0 … 31. */
struct slice sample_club(int club);

/* Uniform from low to high, both included. */
int sample_between(struct sample *sample, int low, int high);

/* True in `thousandths` of 1,000 cases. */
bool sample_chance(struct sample *sample, int thousandths);

void sample_schedule(struct sample *sample);
void sample_squads(struct sample *sample);
void sample_play(struct sample *sample);

/* A week's projections, before it is played: without those who are hurt. */
void sample_projections(struct sample *sample, int week);

/* Average draft positions by what could be expected over the season. */
void sample_draft_order(struct sample *sample);

#endif
