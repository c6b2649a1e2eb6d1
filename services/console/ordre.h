// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_ORDRE_H
#define CONSOLE_ORDRE_H

#include "ordrer.h"

/* One order, its states as a table, and what the files of the desk share: ordrer.c (the life of an order), ordre_plan.c (what it would touch), ordrer_laest.c (what the topics tell). */

enum ordre_tilstand {
	ORDRE_SKRIVES,  /* its audit record is under way */
	ORDRE_AFVENTER, /* a second person's word */
	ORDRE_GODKENDES,
	ORDRE_KOERER,
	ORDRE_SLUTTER, /* the audit record of its end is under way */
	ORDRE_UDFOERT,
	ORDRE_STANDSET,
	ORDRE_MISLYKKET,
	ORDRE_AFBRUDT, /* the console that carried it out ended before it */
	ORDRE_TILSTANDE
};
enum ordre_haendelse {
	ORDRE_H_SKREVET,       /* the audit has it, and it needs nobody */
	ORDRE_H_SKREVET_VENTER /* … and it needs a second person */,
	ORDRE_H_GODKEND,
	ORDRE_H_GODKENDT,
	ORDRE_H_STOP,
	ORDRE_H_FAERDIG,
	ORDRE_H_FEJL, /* Kafka did not take it */
	ORDRE_H_SLUT, /* the end is in the audit */
	ORDRE_HAENDELSER
};
/* The next state; the same one = not possible now. */
enum ordre_tilstand ordre_naeste(enum ordre_tilstand t, enum ordre_haendelse h);
const char *ordre_tilstand_navn(enum ordre_tilstand t);

#define ORDRE_TEKST 2001
#define ORDRE_NAVN 201
struct ordre {
	struct plb_uuid id;
	enum ordre_tilstand tilstand;
	enum ordre_tilstand til; /* of SLUTTER: what it ends as */
	enum kommando_art art;
	struct plb_org org;
	bool har_leveringid; /* hold, resume: of this delivery's queue */
	struct plb_uuid leveringid;
	char aktoer[ORDRE_NAVN], godkender[ORDRE_NAVN], standser[ORDRE_NAVN], begrundelse[ORDRE_TEKST];
	char *json; /* what was asked for */
	size_t json_len;
	struct bord_post *post;
	size_t n, sendt, i_gang; /* of n: handed to dispatch, under way */
	int64_t antal, rate, naeste_ms;
	struct plb_time oprettet;
	bool egen; /* of this process's life */
	ordrer_fn *fn;
	void *fn_arg;
	struct ordrer *o;
	struct ordre *naeste; /* list, newest first */
};
#define HOLDT_MAX 1024
struct holdt {
	struct plb_org org;
	bool har_leveringid;
	struct plb_uuid leveringid;
	struct plb_time siden;
};
struct ordrer {
	struct plb_loop *loop;
	struct laesemodel *m;
	struct revisor *revisor;
	struct kommandoer *kommandoer;
	struct plb_loop_timer *takt;
	struct ordrer_konf konf;
	struct ordre *foerste;
	size_t n;
	struct holdt holdt[HOLDT_MAX];
	size_t n_holdt;
	struct plb_buf svar;
};

struct ordre *ordrer_find(const struct ordrer *o, const struct plb_uuid *id);
/* At the head of the list, cleared; NULL: full. */
struct ordre *ordrer_ny(struct ordrer *o);
bool ordrer_kraever_godkendelse(const struct ordrer *o, size_t n);
/* At most size - 1 bytes, and a NUL. */
void ordre_kopi(char *out, size_t size, struct plb_slice s);
bool ordre_gem_json(struct ordre *r, struct plb_slice json);

/* What an order would touch. */
struct plan {
	struct plb_org org;
	struct bord_post *post;
	size_t n, size, maks;
	struct plb_buf *proeve; /* NULL: none wanted */
	struct plb_buf sum;
};
PLB_MUSTUSE enum plb_err plan_lav(struct ordrer *o, const struct anmodning *a, struct plan *pl, struct plb_errctx *ec);
void plan_digest(const struct plan *pl, char out[33]);
void plan_fri(struct plan *pl);

void ordre_json(const struct ordre *r, struct plb_buf *out);
void ordre_fri(struct ordre *r);

#endif
