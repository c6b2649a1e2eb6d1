// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_LOG_H
#define PARLOEB_LOG_H

#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* One JSON object a line on stderr: tid, niveau, tjeneste, besked and the fields given. The only
 * global of the library. Text passes the CPR mask; there is no field type for secrets or CPR
 * numbers. The same message (format) is written at most 10 times a second, the rest counted
 * ("gentaget"). Any thread. */
enum plb_log_level { PLB_LOG_DEBUG, PLB_LOG_INFO, PLB_LOG_WARN, PLB_LOG_ERROR };

void plb_log_init(const char *service, enum plb_log_level level);
void plb_log_level_set(enum plb_log_level level);

struct plb_field {
	const char *name;
	enum { PLB_F_STR, PLB_F_INT, PLB_F_PERSON, PLB_F_UUID, PLB_F_TIME } type;
	union {
		struct plb_slice s;
		int64_t i;
		struct plb_person person;
		struct plb_uuid uuid;
		struct plb_time time;
	} v;
};
static inline struct plb_field
plb_f_str(const char *n, const char *s)
{
	return (struct plb_field){n, PLB_F_STR, {.s = plb_slice_str(s)}};
}
static inline struct plb_field
plb_f_slice(const char *n, struct plb_slice s)
{
	return (struct plb_field){n, PLB_F_STR, {.s = s}};
}
static inline struct plb_field
plb_f_int(const char *n, int64_t i)
{
	return (struct plb_field){n, PLB_F_INT, {.i = i}};
}
static inline struct plb_field
plb_f_person(const char *n, struct plb_person p)
{
	return (struct plb_field){n, PLB_F_PERSON, {.person = p}};
}
static inline struct plb_field
plb_f_uuid(const char *n, struct plb_uuid u)
{
	return (struct plb_field){n, PLB_F_UUID, {.uuid = u}};
}
static inline struct plb_field
plb_f_time(const char *n, struct plb_time t)
{
	return (struct plb_field){n, PLB_F_TIME, {.time = t}};
}

void plb_log_fields(
    enum plb_log_level level, const char *message, const struct plb_field *f, size_t n);
/* plb_log(PLB_LOG_WARN, "message", plb_f_int("partition", 3), …) */
#define plb_log(level, message, ...)                                                               \
	plb_log_fields((level), (message),                                                         \
	    (const struct plb_field[]){{"", PLB_F_INT, {.i = 0}}, ##__VA_ARGS__} + 1,              \
	    sizeof((const struct plb_field[]){{"", PLB_F_INT, {.i = 0}}, ##__VA_ARGS__}) /         \
		    sizeof(struct plb_field) -                                                     \
		1)

#endif
