/* What the table of commands says about itself: overview, help, manual page, completion. */
#ifndef ASTRALFIELD_CLI_HELP_H
#define ASTRALFIELD_CLI_HELP_H

#include "cli/cli.h"

enum { CLI_COMMON_COUNT = 3 };

/* Options that every command takes. */
extern const struct cli_option cli_common_options[CLI_COMMON_COUNT];

/* The first word of a command: "backup" of "backup list". */
struct slice command_group(const struct command *command);

/* There are commands of two words whose first is this one. */
bool is_command_group(struct slice word);

/* The command of this name ("import nfl"); NULL = there is none. */
const struct command *command_named(struct slice name);

/* One screen: each group of commands in one line. */
void help_overview(void);

/* The commands that begin with this word, one line each. */
void help_group(struct slice word);

void help_command(const struct command *command);

/* The whole table as one JSON document. */
struct slice help_json(struct arena *arena);

/* The manual page in the form that man(1) reads, and all help as plain text. */
void help_man(struct arena *arena);
void help_text(void);

/* A script for bash (zsh reads it through bashcompinit). */
void help_completion(bool is_zsh);

/* An option of the command that is written nearly so; empty when there is none. */
struct slice help_near_option(const struct command *command, struct slice name);

/* Tells that there is no such command, and which one may have been meant. Returns the exit code. */
int help_unknown(struct slice first, struct slice second);

#endif
