/* Whole files from the disk or over HTTPS, unpacked when they are gzip. */
#ifndef ASTRALFIELD_FEEDS_FILE_H
#define ASTRALFIELD_FEEDS_FILE_H

#include "base/faults.h"

/* Largest file read, packed or not. */
#define FEED_BYTES_MAX ((size_t)200 * 1024 * 1024)

struct feed_file {
    struct slice name;  /* path or address, for messages */
    struct slice bytes; /* unpacked, in the arena */
};

/* Reads a file of the disk. E_FEED_MISSING when there is none; E_FILE, or E_FEED when it is too
 * large or damaged gzip, with the reason in faults. */
MUST_CHECK enum error file_load(struct arena *arena, struct slice path, struct faults *faults,
                                struct feed_file *ret_file);

struct fetch_watch {
    void (*step)(void *thing, int64_t bytes); /* how much has come; may be NULL */
    void *thing;
};

/* Downloads over HTTPS (redirects too), within 20 s to connect, 10 minutes in all, and refusing
 * to crawl below 1 kB/s for 30 s. CURL_CA_BUNDLE names other certificates to trust. E_FEED_MISSING
 * for 404; E_OUT_REFUSED for an address that out/guard.h does not let through; E_UNAVAILABLE when the host
 * cannot be reached or answers with another error. Blocks. */
MUST_CHECK enum error fetch_load(struct arena *arena, struct slice url, struct fetch_watch watch,
                                 struct faults *faults, struct feed_file *ret_file);

/* Unpacks gzip (several members too), passes anything else on as it is. E_FEED with the place where
 * the data is damaged, cut off or followed by something else. */
MUST_CHECK enum error gzip_unpack(struct arena *arena, struct feed_file *file,
                                  struct faults *faults);

#endif
