/* The operator's word on where the server may call: OUTGOING_ALLOW. */
#ifndef ASTRALFIELD_OPS_OUTGOING_H
#define ASTRALFIELD_OPS_OUTGOING_H

#include "ops/config.h"

/* Tells out/ which networks are allowed. E_INVALID, with a fault that names the setting, when they
 * cannot be read. Once, before threads run; a program that calls nobody need not. */
MUST_CHECK enum error outgoing_setup(const struct config *settings, struct faults *faults);

/* Reads the settings of a data directory (config_read) and does the same: for the command line. */
MUST_CHECK enum error outgoing_read(const char *data, struct faults *faults);

#endif
