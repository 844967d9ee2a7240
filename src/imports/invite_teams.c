/* Invitations for the managers of an imported league: one per team that only placeholders run. */
#include "base/check.h"
#include "imports/store.h"
#include "league/invite.h"

static struct change command(struct arena *arena, struct faults *faults, utime now,
                             int64_t actor_user_id)
{
    return (struct change){ .arena = arena,
                            .faults = faults,
                            .now = now,
                            .kind = S("invite.create"),
                            .actor = { .kind = ACTOR_OPERATOR, .user_id = actor_user_id } };
}

enum error import_invite_teams(struct arena *arena, struct faults *faults, utime now,
                               int64_t actor_user_id, struct import_league_report *report)
{
    struct rows rows;
    TRY(db_read(arena, SQL_IMPORTS_TEAMS_TO_CLAIM, PARAMS(P_INT(report->league_id)), &rows));
    report->invites.at = ARENA_ARRAY(arena, rows.count + 1, struct import_invite);
    for (size_t i = 0; i < rows.count; i++) {
        CLEANUP(change_done)
        struct change change =
            command(arena, faults, now,
                    actor_user_id == 0 ? rows_int(&rows, i, "made_by_user_id") : actor_user_id);
        struct invite_new wanted = { .team_id = rows_int(&rows, i, "team_id"),
                                     .days = INVITE_DAYS_MAX };
        struct invite invite = { .expires_at = 0 };
        TRY(invite_create(&change, report->league_id, &wanted, &invite));
        report->invites.at[report->invites.count++] =
            (struct import_invite){ .team = rows_text(&rows, i, "team"),
                                    .manager = rows_text(&rows, i, "manager"),
                                    .code = invite.code };
    }
    return OK;
}
