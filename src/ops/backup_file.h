/* How one file of a backup lies on disk: hashed while it is written, and with a key encrypted.
 *
 * Encrypted files end in ".enc": libsodium's secretstream (XChaCha20-Poly1305) in chunks of 64 kB,
 * so a changed, missing or moved chunk is noticed when it is read. Hashes are SHA-256 of the bytes
 * on disk, which `sha256sum -c` understands. Files get their name when they are whole and synced. */
#ifndef ASTRALFIELD_OPS_BACKUP_FILE_H
#define ASTRALFIELD_OPS_BACKUP_FILE_H

#include "base/faults.h"

enum { BACKUP_KEY_BYTES = 32, BACKUP_HASH_TEXT = 64 };

struct backup_key {
    bool is_set;
    unsigned char bytes[BACKUP_KEY_BYTES];
};

/* Reads a key file: 64 hexadecimal digits, as `openssl rand -hex 32` writes them. An empty path is
 * no key. */
MUST_CHECK enum error backup_key_read(const char *path, struct faults *faults,
                                      struct backup_key *ret_key);

struct backup_sum {
    int64_t bytes;
    char hash[BACKUP_HASH_TEXT + 1];
};

/* Hash of bytes in memory, and of a file. */
void backup_hash(struct slice bytes, struct backup_sum *ret_sum);
MUST_CHECK enum error backup_hash_file(const char *path, struct faults *faults,
                                       struct backup_sum *ret_sum);

struct backup_writer;

/* Begins a new file under a temporary name beside `path`; it lives in the faults' arena. */
MUST_CHECK enum error backup_writer_open(const char *path, const struct backup_key *key,
                                         struct faults *faults, struct backup_writer **ret_writer);
MUST_CHECK enum error backup_writer_add(struct backup_writer *writer, struct slice bytes);
/* Syncs the file and gives it its name. After an error it is gone. */
MUST_CHECK enum error backup_writer_close(struct backup_writer *writer, struct backup_sum *ret_sum);
void backup_writer_drop(struct backup_writer *writer);

/* Whole small file in one call. */
MUST_CHECK enum error backup_write(const char *path, const struct backup_key *key,
                                   struct slice bytes, struct faults *faults);

struct backup_sink {
    bool (*take)(void *thing, struct slice bytes); /* false: it can take no more */
    void *thing;
};

/* Gives the content of a file, decrypted when its name ends in ".enc", piece by piece. E_NOT_FOUND:
 * there is no such file; E_INVALID: it is damaged, or the key is another one; E_FILE: the disk or
 * the sink failed. */
MUST_CHECK enum error backup_pour(const char *path, const struct backup_key *key,
                                  struct backup_sink sink, struct faults *faults);

/* The whole content; for files of at most 64 MB and a bit (a WAL segment is 16 MB). */
MUST_CHECK enum error backup_read(const char *path, const struct backup_key *key,
                                  struct faults *faults, struct slice *ret_bytes);

/* Copies bytes as they are, synced, under a temporary name first. */
MUST_CHECK enum error backup_copy(const char *from, const char *to, struct faults *faults);

/* Makes a rename or a new name in a folder last. */
MUST_CHECK enum error backup_sync_folder(const char *folder, struct faults *faults);

#endif
