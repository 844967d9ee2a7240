#include "feeds/people.h"

#include "base/check.h"
#include "feeds/name.h"
#include "rules/position.h"

static const struct slice id_keys[] = {
#define ID_SOURCE(name, key, columns) S_INIT(key),
#include "feeds/id_source.def"
#undef ID_SOURCE
};

struct person {
    struct person_facts facts;
    bool says_club; /* the id map knows the current club, also when there is none */
    struct person *next;
    struct person **last; /* of the first person: where the next one goes */
};

struct slice people_position(struct slice code)
{
    static const struct {
        struct slice code;
        struct slice position;
    } others[] = {
        { S_INIT("OL"), S_INIT("OL") }, { S_INIT("OT"), S_INIT("OL") },
        { S_INIT("OG"), S_INIT("OL") }, { S_INIT("T"), S_INIT("OL") },
        { S_INIT("G"), S_INIT("OL") },  { S_INIT("C"), S_INIT("OL") },
        { S_INIT("P"), S_INIT("P") },   { S_INIT("PN"), S_INIT("P") },
        { S_INIT("LS"), S_INIT("LS") },
    };
    enum position position = code.len == 0 ? POSITION_UNKNOWN : position_from(code);
    if (position != POSITION_UNKNOWN && position != POSITION_DEF) {
        return position_key(position);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (slice_eq(others[i].code, code)) {
            return others[i].position;
        }
    }
    return S("UNK");
}

struct person_facts person_facts_none(void)
{
    return (struct person_facts){ .height = BATCH_NO_NUMBER,
                                  .weight = BATCH_NO_NUMBER,
                                  .jersey = BATCH_NO_NUMBER,
                                  .rookie_season = BATCH_NO_NUMBER,
                                  .draft_season = BATCH_NO_NUMBER,
                                  .draft_round = BATCH_NO_NUMBER,
                                  .draft_overall = BATCH_NO_NUMBER };
}

static struct slice claim_key(struct arena *arena, enum id_source source, struct slice id)
{
    return arena_format(arena, "%.*s %.*s", FMT(id_keys[source]), FMT(id));
}

static struct person *claimed_by(const struct season_data *data, enum id_source source,
                                 struct slice id)
{
    return id.ptr == NULL ? NULL : index_find(&data->claims, claim_key(data->arena, source, id));
}

/* Whose row it is, or NULL. Somebody with another gsis id is never meant. */
static struct person *find_person(const struct season_data *data, const struct person_facts *facts)
{
    static const enum id_source weaker[] = { ID_SLEEPER, ID_ESPN };
    struct slice gsis = facts->ids[ID_GSIS];
    struct person *person = claimed_by(data, ID_GSIS, gsis);
    for (size_t i = 0; person == NULL && i < ARRAY_LEN(weaker); i++) {
        struct person *other = claimed_by(data, weaker[i], facts->ids[weaker[i]]);
        bool is_other = other != NULL && gsis.ptr != NULL && other->facts.ids[ID_GSIS].ptr != NULL;
        person = is_other ? NULL : other;
    }
    return person;
}

static void claim_ids(struct season_data *data, struct person *person,
                      const struct person_facts *facts)
{
    for (size_t i = 0; i < ID_SOURCE_COUNT; i++) {
        enum id_source source = (enum id_source)i;
        struct slice id = facts->ids[i];
        if (id.ptr == NULL || slice_eq(id, person->facts.ids[i])) {
            continue;
        }
        struct person *owner = claimed_by(data, source, id);
        struct slice key = claim_key(data->arena, source, id);
        data->report.tallies[IMPORT_IDS].read++;
        if (owner != NULL) {
            report_reject(&data->report, IMPORT_IDS, S("belongs to somebody else"),
                          arena_format(data->arena, "%.*s of %.*s is %.*s's", FMT(key),
                                       FMT(person->facts.name), FMT(owner->facts.name)),
                          1);
        } else if (person->facts.ids[i].ptr != NULL) {
            report_reject(
                &data->report, IMPORT_IDS, S("another id of the same source came first"),
                arena_format(data->arena, "%.*s of %.*s", FMT(key), FMT(person->facts.name)), 1);
        } else {
            index_add(&data->claims, key, person);
            person->facts.ids[i] = arena_copy(data->arena, id);
        }
    }
}

static void fill_text(struct arena *arena, struct slice *field, struct slice text)
{
    if (field->ptr == NULL && text.ptr != NULL) {
        *field = arena_copy(arena, text);
    }
}

static void fill_number(int64_t *field, int64_t value)
{
    if (*field == BATCH_NO_NUMBER) {
        *field = value;
    }
}

static void fill_facts(struct season_data *data, struct person *person,
                       const struct person_facts *facts)
{
    struct arena *arena = data->arena;
    struct person_facts *known = &person->facts;
    fill_text(arena, &known->name, facts->name);
    fill_text(arena, &known->first_name, facts->first_name);
    fill_text(arena, &known->last_name, facts->last_name);
    fill_text(arena, &known->birth_date, facts->birth_date);
    fill_text(arena, &known->college, facts->college);
    if (!person->says_club) {
        fill_text(arena, &known->team, facts->team);
    }
    if (slice_eq(people_position(known->position), S("UNK")) && facts->position.ptr != NULL) {
        known->position = arena_copy(arena, facts->position);
    }
    fill_number(&known->height, facts->height);
    fill_number(&known->weight, facts->weight);
    fill_number(&known->jersey, facts->jersey);
    fill_number(&known->rookie_season, facts->rookie_season);
    fill_number(&known->draft_season, facts->draft_season);
    fill_number(&known->draft_round, facts->draft_round);
    fill_number(&known->draft_overall, facts->draft_overall);
}

static struct person *add_person(struct season_data *data)
{
    struct person *person = ARENA_NEW(data->arena, struct person);
    person->facts = person_facts_none();
    if (data->people == NULL) {
        data->people = person;
    } else {
        *data->people->last = person;
    }
    data->people->last = &person->next;
    return person;
}

void people_add(struct season_data *data, const struct person_facts *facts, enum people_role role)
{
    struct report *report = &data->report;
    struct person *person = find_person(data, facts);
    if (person == NULL && role == PEOPLE_KNOWN) {
        return;
    }
    if (role == PEOPLE_ID_MAP || person == NULL) {
        report->tallies[IMPORT_PLAYERS].read++;
    }
    struct slice label =
        facts->name.ptr != NULL ? arena_copy(data->arena, facts->name) : S("(no name)");
    if (facts->ids[ID_GSIS].ptr == NULL && facts->ids[ID_SLEEPER].ptr == NULL &&
        facts->ids[ID_ESPN].ptr == NULL && facts->ids[ID_SAMPLE].ptr == NULL) {
        report_reject(report, IMPORT_PLAYERS, S("has no gsis, Sleeper or ESPN id"), label, 1);
        return;
    }
    if (person != NULL && role == PEOPLE_ID_MAP) {
        report_reject(report, IMPORT_PLAYERS, S("an earlier row has the same id"), label, 1);
        return;
    }
    if (person == NULL) {
        person = add_person(data);
        person->says_club = role == PEOPLE_ID_MAP;
        if (person->says_club) {
            fill_text(data->arena, &person->facts.team, facts->team);
        }
    }
    fill_facts(data, person, facts);
    claim_ids(data, person, facts);
}

static void write_person(struct season_data *data, const struct person *person)
{
    const struct person_facts *facts = &person->facts;
    struct json *json = batch_row(&data->batches[IMPORT_PLAYERS]);
    struct slice name = facts->name.ptr != NULL ? facts->name : facts->ids[ID_GSIS];
    if (name.ptr == NULL) {
        name = S("Unknown player");
    }
    json_member_text(json, S("full_name"), name);
    json_member_text(json, S("search_name"), name_search(data->arena, name));
    batch_text(json, S("first_name"), facts->first_name);
    batch_text(json, S("last_name"), facts->last_name);
    json_member_text(json, S("position"), people_position(facts->position));
    batch_text(json, S("source_position"), facts->position);
    batch_text(json, S("team"), facts->team);
    json_member_bool(json, S("says_club"), person->says_club);
    batch_text(json, S("birth_date"), facts->birth_date);
    batch_text(json, S("college"), facts->college);
    batch_int(json, S("height"), facts->height);
    batch_int(json, S("weight"), facts->weight);
    batch_int(json, S("jersey"), facts->jersey);
    batch_int(json, S("rookie_season"), facts->rookie_season);
    batch_int(json, S("draft_season"), facts->draft_season);
    batch_int(json, S("draft_round"), facts->draft_round);
    batch_int(json, S("draft_overall"), facts->draft_overall);
    json_key(json, S("ids"));
    json_open_object(json);
    for (size_t i = 0; i < ID_SOURCE_COUNT; i++) {
        if (facts->ids[i].ptr != NULL) {
            json_member_text(json, id_keys[i], facts->ids[i]);
        }
    }
    json_close_object(json);
    batch_row_end(&data->batches[IMPORT_PLAYERS]);
}

void people_to_batches(struct season_data *data)
{
    for (struct person *person = data->people; person != NULL; person = person->next) {
        write_person(data, person);
    }
}
