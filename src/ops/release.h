/* Releases on disk.
 *
 *   <data>/releases/<id>/bin/astralfield, web/dist/…, VERSION, release.json, SHA256SUMS
 *   <data>/releases/current    a link to the one that serves; changed last, by one rename
 *   <data>/releases/previous   the one that served before
 *
 * An artifact is a tar archive (compressed as tar can read it) of such a folder. SHA256SUMS names every
 * other file with its hash (as sha256sum(1) does); SHA256SUMS.sig, when there is one, is the Ed25519
 * signature of SHA256SUMS in hexadecimal. */
#ifndef ASTRALFIELD_OPS_RELEASE_H
#define ASTRALFIELD_OPS_RELEASE_H

#include "base/faults.h"
#include "base/time.h"

enum { RELEASES_KEPT = 5 };

struct release {
    struct slice id; /* "0.2.0-1a2b3c4d5e6f" */
    struct slice version, commit;
    int64_t schema;      /* the newest migration of its program: the database is at least there */
    utime built;         /* time of its commit */
    const char *folder;  /* absolute */
    const char *program; /* <folder>/bin/astralfield */
    bool is_signed;      /* carries a signature; whether it holds is checked when it comes in */
    bool is_current, is_previous;
    int64_t arrived_s; /* when it was unpacked here, seconds since 1970 */
};

struct release_list {
    struct release *list; /* the newest here first */
    size_t count;
};

/* A name that a folder of ours may have: letters, digits, ._+- and at most 64 of them. */
bool release_is_id(struct slice id);

MUST_CHECK enum error release_list_read(const char *data, struct faults *faults,
                                        struct release_list *ret_list);

/* By name; "current" and "previous" are names too. E_NOT_FOUND. */
MUST_CHECK enum error release_find(const char *data, struct slice id, struct faults *faults,
                                   struct release *ret_release);

/* Reads and checks a folder: every file there with its hash, and nothing else. `public_key`: 64
 * hexadecimal digits, and the signature must hold; "" = unsigned ones are good too. E_FORBIDDEN: it was
 * altered, or is not signed by that key; a fault per file. */
MUST_CHECK enum error release_check(const char *folder, const char *public_key,
                                    struct faults *faults, struct release *ret_release);

/* Unpacks an artifact beside the others, checks it, and only then gives it its name. Beside the artifact
 * may lie <artifact>.sha256, which must fit. The same release twice is once; another content under a
 * name that is there is E_CONFLICT. */
MUST_CHECK enum error release_unpack(const char *data, const char *artifact, const char *public_key,
                                     struct faults *faults, struct release *ret_release);

/* Points `current` there (id empty: takes the link away) and `previous` to what was current. */
MUST_CHECK enum error release_make_current(const char *data, struct slice id,
                                           struct faults *faults);

/* Takes `previous` away. */
MUST_CHECK enum error release_forget_previous(const char *data, struct faults *faults);

/* Removes all but the newest `keep`, the current and previous ones, and `used` (a path of a program
 * that runs; may be NULL). Gives their number. */
MUST_CHECK enum error release_prune(const char *data, size_t keep, const char *used, bool is_dry,
                                    struct faults *faults, size_t *ret_count);

/* One deploy, rollback or prune of an instance at a time: E_IN_USE otherwise. Held until we end. */
MUST_CHECK enum error release_lock(const char *data, struct faults *faults);

/* The release that this program lies in; empty id: in none. */
struct release release_own(struct arena *arena);

/* Signs a folder's SHA256SUMS with the secret key in `key_file` (128 hexadecimal digits). */
MUST_CHECK enum error release_sign(const char *folder, const char *key_file, struct faults *faults);

/* Makes a pair of keys: the secret one into the new file `key_file`, mode 0600. */
MUST_CHECK enum error release_make_key(const char *key_file, struct faults *faults,
                                       struct slice *ret_public_key);

#endif
