/* ENHANCED_LOGGING: a line for everything that somebody who looks for an attacker wants to see. */
#ifndef ASTRALFIELD_API_SECURITY_LOG_H
#define ASTRALFIELD_API_SECURITY_LOG_H

#include "api/app.h"

/* On the loop, when an answer has left: while the switch is on, one line for each sign-in, refusal, write
 * and operators' request. Never a body, a query, a cookie or a token; e-mail addresses and what looks like
 * a secret are taken out of the agent. */
void security_log(const struct request *request, int status);

#endif
