/* What endpoints about incidents share. */
#ifndef ASTRALFIELD_API_OPS_INCIDENTS_H
#define ASTRALFIELD_API_OPS_INCIDENTS_H

#include "api/ops.h"
#include "ops/incidents.h"

extern const struct schema incident_reply;
extern const struct schema group_reply; /* "ErrorGroup", of ops_errors.c */

#endif
