/* The ledger of an import in the making: store_facts.c decides what happened, store_open.c
 * begins it, store_book.c writes it;
 * nobody else includes this. */
#ifndef ASTRALFIELD_IMPORTS_STORE_FACTS_H
#define ASTRALFIELD_IMPORTS_STORE_FACTS_H

#include "imports/store_work.h"

enum fact_kind { FACT_DRAFT, FACT_MOVE, FACT_WEEK };

struct fact {
    enum fact_kind kind;
    int index; /* of the model's draft or move, or the week */
    utime at;
};

enum { BOOKING_LINES_MAX = 2000 };

struct booking_line {
    struct slice kind; /* transaction_items.kind */
    int team, player;  /* player IMPORT_NONE: not about one */
    int64_t pick_id;   /* 0: not about one */
    int64_t amount;    /* of faab */
};

/* One transaction with its event. */
struct booking {
    struct slice event_kind, tx_kind, via, reason, source_id;
    utime at;
    int week;
    int64_t actor_user_id, draft_id;
    int64_t bid;  /* shown; 0: none */
    int64_t cost; /* of who comes in */
    struct booking_line *lines;
    size_t count;
};

/* How a player came to his team in this run; seq 0: he was there before it. */
struct acquired {
    struct slice via;
    utime at;
    int64_t seq;
    int64_t cost;
};

struct facts {
    struct work *work;
    struct picks picks;
    struct fact *list;
    size_t count;
    int *holder; /* by player: his team, or NOBODY */
    int *final;
    int *in_week[WEEK_ROOM];
    struct acquired *acquired;
    struct booking booking;
    bool *has_lines;  /* by player: some transaction tells of him */
    struct json rows; /* of transactions */
    size_t row_count;
    bool has_faab;
    int64_t faab[IMPORT_TEAMS_MAX]; /* booked so far, the budget included */
    size_t gaps, gap_lines;
};

/* Loads who holds whom from an import before. */
MUST_CHECK enum error holders_read(struct facts *facts, const struct rows *rows);

/* Begins the rows of transactions; loads what is booked of FAAB. */
MUST_CHECK enum error bookings_open(struct facts *facts);

/* Begins facts->booking anew. */
void booking_start(struct facts *facts, struct booking booking);

/* Moves a player in facts->booking: out of `from` and in to `to`; NOBODY for none. */
void booking_move(struct facts *facts, int player, int from, int to);

/* Appends the event and the transaction of facts->booking, unless it has no lines. */
void booking_book(struct facts *facts);

/* One of the platform's transactions. */
void booking_of_move(struct facts *facts, const struct import_move *move, utime at);

/* Closes the difference between budgets as booked and as told. */
void booking_faab(struct facts *facts, utime at);

/* The league's first event. */
void tell_created(struct facts *facts);

/* Sends transactions and rosters. */
MUST_CHECK enum error bookings_store(struct facts *facts);

#endif
