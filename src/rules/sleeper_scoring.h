/* Sleeper's scoring_settings keys as rules: most are a weight on a statistic (stat.def names its
 * Sleeper key), the rest are bonuses for a position or a band (sleeper_scoring.def). */
#ifndef ASTRALFIELD_RULES_SLEEPER_SCORING_H
#define ASTRALFIELD_RULES_SLEEPER_SCORING_H

#include "rules/scoring.h"

/* The rule that gives `weight` (millionths) for a key. False when the key is not known; then
 * *ret_rule is untouched. Every key met in the stored leagues is known. */
bool sleeper_rule(struct slice key, int64_t weight, struct rule *ret_rule);

#endif
