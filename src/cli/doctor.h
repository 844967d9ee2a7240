/* The parts of `astralfield doctor`; each adds its checks. */
#ifndef ASTRALFIELD_CLI_DOCTOR_H
#define ASTRALFIELD_CLI_DOCTOR_H

#include "cli/checks.h"
#include "ops/config.h"

struct doctor {
    struct cli *cli;
    struct checks checks;
    struct config settings;
    bool has_settings; /* they could be read */
};

/* Disk, memory, descriptors, clock, kernel settings. */
void doctor_machine(struct doctor *doctor);

/* Settings that contradict each other, permissions of what they name. */
void doctor_settings(struct doctor *doctor);

/* PostgreSQL: version, durability, migrations, room; then Redis. */
void doctor_database(struct doctor *doctor);
void doctor_redis(struct doctor *doctor);

/* The running server and its certificate. */
void doctor_server(struct doctor *doctor);

/* Age of the newest backup, and whether the archive keeps up. Becomes the backups' owner: the last. */
void doctor_backups(struct doctor *doctor);

#endif
