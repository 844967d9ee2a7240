/* What release.c and release_check.c share; nobody else includes this. */
#ifndef ASTRALFIELD_OPS_RELEASE_FILES_H
#define ASTRALFIELD_OPS_RELEASE_FILES_H

#include <sys/types.h>

#include "ops/release.h"

#define RELEASE_SUMS "SHA256SUMS"
enum { RELEASE_SMALL_BYTES_MAX = 64 * 1024 };

/* A regular file of at most that many bytes; false when it is not one. */
bool release_read_file(struct arena *arena, const char *path, size_t bytes_max,
                       struct slice *ret_text);

/* Its SHA-256 in hexadecimal; false when it cannot be read. */
bool release_hash_file(struct arena *arena, const char *path, struct slice *ret_hex);

/* Whole or not at all. */
MUST_CHECK enum error release_write_file(const char *path, struct slice text, mode_t mode,
                                         struct faults *faults);

/* What release.json says; the files are not looked at. */
MUST_CHECK enum error release_read(const char *folder, struct faults *faults,
                                   struct release *ret_release);

#endif
