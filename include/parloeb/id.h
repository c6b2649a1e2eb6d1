// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_ID_H
#define PARLOEB_ID_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* RFC 9562 UUID. Plain value. */
struct plb_uuid {
	uint8_t b[16];
};
#define PLB_UUID_TEXT 37

static inline bool
plb_uuid_eq(struct plb_uuid a, struct plb_uuid b)
{
	return memcmp(a.b, b.b, 16) == 0;
}
bool plb_uuid_is_nil(struct plb_uuid u);
/* 8-4-4-4-12 hex; upper case accepted when `strict` is false (contract: lower case). */
PLB_MUSTUSE enum plb_err plb_uuid_parse(struct plb_slice s, bool strict, struct plb_uuid *out);
const char *plb_uuid_text(struct plb_uuid u, char out[PLB_UUID_TEXT]);
/* What people say of it: the first eight digits, upper case. Returns out. */
const char *plb_uuid_ref(struct plb_uuid u, char out[9]);
/* Name-based UUID, version 5 (RFC 9562 § 5.5), over the concatenation of the parts, each followed
 * by a NUL. Own SHA-1, because the pure core names its effects; it is a naming function here, not a
 * security one. */
struct plb_uuid plb_uuid5(struct plb_uuid ns, const struct plb_slice *parts, size_t n);
/* Namespace of all ids that Parløb makes. */
extern const struct plb_uuid PLB_UUID_NS;

/* Key of a person: 16 bytes of HMAC-SHA-256 over the first CPR number known (made in wire/crypto).
 * Pseudonym; may be logged. */
struct plb_person {
	uint8_t b[16];
};
static inline bool
plb_person_eq(struct plb_person a, struct plb_person b)
{
	return memcmp(a.b, b.b, 16) == 0;
}

/* An organisation: `akasse:<code>`, `kommune:<4 digits>`, `aktoer:<8 digits>`, `dfdg:star`. Plain
 * value; text NUL-terminated, lower case. */
struct plb_org {
	char text[24];
};
enum plb_orgtype { PLB_ORG_INGEN, PLB_ORG_AKASSE, PLB_ORG_KOMMUNE, PLB_ORG_AKTOER, PLB_ORG_DFDG };
PLB_MUSTUSE enum plb_err plb_org_parse(struct plb_slice s, struct plb_org *out);
enum plb_orgtype plb_org_type(const struct plb_org *o); /* INGEN for the zero value */
/* What stands behind the colon. */
const char *plb_org_kode(const struct plb_org *o);
struct plb_org plb_org_make(
    enum plb_orgtype type, struct plb_slice kode); /* zero value when it does not fit */
static inline bool
plb_org_eq(const struct plb_org *a, const struct plb_org *b)
{
	return strcmp(a->text, b->text) == 0;
}
static inline struct plb_slice
plb_org_slice(const struct plb_org *o)
{
	return plb_slice_str(o->text);
}
/* The id of the delivery with that number (from 1) of a course to an organisation: made by forloeb,
 * worked out again by whoever knows the three. */
struct plb_uuid plb_leveringid(
    struct plb_uuid forloeb, const struct plb_org *til, int64_t sequence);
/* The organisation that a CloudEvents source begins with (`/akasse/hk/…` → akasse:hk). */
PLB_MUSTUSE enum plb_err plb_org_from_source(struct plb_slice source, struct plb_org *out);

/* Stable 64-bit hash (SipHash-1-3 with a fixed key: not for input that an attacker picks to
 * collide, except with plb_hash_seeded). */
uint64_t plb_hash(struct plb_slice s);
uint64_t plb_hash_seeded(struct plb_slice s, const uint8_t key[16]);

#endif
