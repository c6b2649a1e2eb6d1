// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_HALE_H
#define GATEWAY_HALE_H

#include <parloeb/event.h>

/* The newest records of one partition of `ud`, copied into memory up to a cap, oldest dropped
 * first. Pure; one thread. Holds every record of the partition from `fra` to before `til`; both are
 * -1 until the position of the reader is known. */
struct hale_post {
	int64_t offset;
	struct plb_slice key, value;
	size_t n_headers;
	struct plb_header header[]; /* texts lie behind */
};
struct hale {
	int64_t fra, til;
	struct hale_post **post; /* circular, `size` a power of two or 0 */
	size_t foerste, n, size;
	size_t bytes, max;
};

void hale_init(struct hale *h, size_t max_bytes);
void hale_fini(struct hale *h);
/* The reader stands at this offset; what was kept is dropped. */
void hale_start(struct hale *h, int64_t offset);
/* Where the reader stands is not known any more. */
void hale_ukendt(struct hale *h);
/* The next record. An offset before `til` (a log that was cut and written anew) starts over. */
void hale_tilfoej(struct hale *h, const struct plb_record *r);
/* The reader has come to this position; there are no records in between. */
void hale_naaet(struct hale *h, int64_t offset);
/* First record with this key at or after `fra`; NULL when there is none. */
const struct hale_post *hale_find(const struct hale *h, struct plb_slice key, int64_t fra);
/* As it was read. */
void hale_record(const struct hale_post *p, int32_t partition, struct plb_record *out);

#endif
