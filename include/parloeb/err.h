// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_ERR_H
#define PARLOEB_ERR_H

#include <stddef.h>

#define PLB_MUSTUSE __attribute__((warn_unused_result))
#define PLB_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* What a loop does with an error; nothing else about it decides. */
enum plb_class {
	PLB_CLASS_OK,
	PLB_CLASS_RETRY,  /* the world may get better: same input again later */
	PLB_CLASS_REJECT, /* this input never will: dead letter, the stream goes on */
	PLB_CLASS_FATAL,  /* this process stops and is restarted */
};

/* Every error of the shared library and of the pure cores. Class by plb_err_class(). */
enum plb_err {
	PLB_OK = 0,
	PLB_E_HUKOMMELSE, /* allocation failed: FATAL */
	PLB_E_FOR_STOR,   /* a cap was reached: REJECT */
	PLB_E_FORM,       /* bytes or text of the wrong form: REJECT */
	PLB_E_UKENDT,     /* names something that is not known: REJECT */
	PLB_E_REGEL,      /* a rule of the course forbids it: REJECT */
	PLB_E_ADGANG,     /* not entitled, or a seal that does not open: REJECT */
	PLB_E_IO,         /* system call failed: RETRY */
	PLB_E_TIMEOUT,    /* no answer in time: RETRY */
	PLB_E_FULD,       /* a queue is full: RETRY */
	PLB_E_AFBRUDT,    /* transaction must be aborted and the batch repeated: RETRY */
	PLB_E_KONFIG,     /* configuration fault: FATAL */
	PLB_E_KAFKA,      /* Kafka client in a state it cannot leave: FATAL */
	PLB_E_AFLOEST,    /* a newer instance has taken over (fenced): FATAL */
	PLB_E_INTERN,     /* our own invariant broken: FATAL */
	PLB_E_ANTAL
};

/* Text of an error, written where it arose, prefixed on the way up. Plain value; start with {0}.
 * Never holds input from outside, CPR numbers or secrets. */
struct plb_errctx {
	char text[256];
};

enum plb_class plb_err_class(enum plb_err err);
/* Static name such as "PLB_E_FORM"; never NULL. */
const char *plb_err_name(enum plb_err err);

/* Set the text (NULL ctx allowed) and return err, so that `return plb_err_set(...)` reads well. */
enum plb_err plb_err_set(struct plb_errctx *ec, enum plb_err err, const char *fmt, ...)
    PLB_PRINTF(3, 4);
/* Prefix "…: " before what stands there; returns err. */
enum plb_err plb_err_wrap(struct plb_errctx *ec, enum plb_err err, const char *fmt, ...)
    PLB_PRINTF(3, 4);
/* errno ends here: text gets ": strerror", the result is PLB_E_IO (ENOMEM: PLB_E_HUKOMMELSE). */
enum plb_err plb_err_errno(struct plb_errctx *ec, const char *fmt, ...) PLB_PRINTF(2, 3);

/* Assertion about our own code; stays on in every build; prints place and aborts. */
#define PLB_ASSERT(x) ((x) ? (void)0 : plb_assert_failed(#x, __FILE__, __LINE__))
_Noreturn void plb_assert_failed(const char *expr, const char *file, int line);

#endif
