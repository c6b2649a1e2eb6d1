// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_ORDRE_H
#define CONSOLE_ORDRE_H

#include "ordrer.h"

/* One order, its states as a table, and what the files of the desk share: ordrer.c (the life of an
 * order), ordre_plan.c (what it would touch), ordre_udvalg.c (its selection, kept), ordrer_laest.c
 * (what the topics tell). */

enum ordre_tilstand {
	ORDRE_SKRIVES,  /* its audit record is under way */
	ORDRE_AFVENTER, /* a second person's word */
	ORDRE_GODKENDES,
	ORDRE_KOERER,
	ORDRE_SLUTTER, /* the audit record of its end is under way */
	ORDRE_UDFOERT,
	ORDRE_STANDSET,
	ORDRE_MISLYKKET,
	ORDRE_AFBRUDT,    /* the console that carried it out ended before it */
	ORDRE_GENOPTAGES, /* the audit record of its going on is under way */
	ORDRE_TILSTANDE
};
enum ordre_haendelse {
	ORDRE_H_SKREVET, /* the audit has it, and it needs nobody */
	ORDRE_H_SKREVET_VENTER /* … and it needs a second person */,
	ORDRE_H_GODKEND,
	ORDRE_H_GODKENDT,
	ORDRE_H_STOP,
	ORDRE_H_FAERDIG,
	ORDRE_H_FEJL,     /* Kafka did not take it */
	ORDRE_H_SLUT,     /* the end is in the audit */
	ORDRE_H_GENOPTAG, /* to be carried on */
	ORDRE_H_GENOPTAGET,
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
	bool har_leveringid,
	    har_person; /* hold, resume: of this delivery's queue, which is this person's */
	struct plb_uuid leveringid;
	struct plb_person person;
	char aktoer[ORDRE_NAVN], godkender[ORDRE_NAVN], standser[ORDRE_NAVN],
	    begrundelse[ORDRE_TEKST];
	char *json; /* what was asked for */
	size_t json_len;
	struct bord_post *post;
	size_t n, sendt, i_gang; /* of n: handed to dispatch, under way */
	size_t skrevet;          /* of n: in the audit */
	struct plb_buf del;      /* the part of the selection on its way there */
	int64_t antal, rate, naeste_ms;
	struct plb_time oprettet;
	bool egen; /* of this process's life */
	bool min;  /* this console's, in this life or an earlier one: nobody else carries it out */
	bool proevet; /* to carry it on */
	int rang;     /* of an earlier life: how far the furthest audit record has it … */
	struct plb_time rang_tid; /* … and of when that is */
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
/* Deliveries of an order that stand on `postkasse`. */
struct talt {
	struct plb_uuid ordre;
	size_t n;
};
struct ordrer {
	struct plb_loop *loop;
	struct laesemodel *m;
	struct revisor *revisor;
	struct kommandoer *kommandoer;
	struct plb_loop_timer *takt;
	struct ordrer_konf konf;
	char skriver[101];
	struct ordre *foerste;
	size_t n;
	struct holdt holdt[HOLDT_MAX];
	size_t n_holdt;
	struct talt *talt;
	size_t n_talt;
	bool laest; /* the topics have been read to their ends */
	struct plb_buf svar;
};

struct ordre *ordrer_find(const struct ordrer *o, const struct plb_uuid *id);
/* At the head of the list, cleared; NULL: full. */
struct ordre *ordrer_ny(struct ordrer *o);
bool ordrer_kraever_godkendelse(const struct ordrer *o, size_t n);
/* At most size - 1 bytes, and a NUL. */
void ordre_kopi(char *out, size_t size, struct plb_slice s);

/* JSON of the selection from its item `fra` on, as much as goes into one audit record; returns how
 * many. */
size_t ordre_udvalg_skriv(const struct ordre *r, size_t fra, struct plb_buf *out);
/* Such a part of an order of an earlier life, behind those met before. */
PLB_MUSTUSE enum plb_err ordre_udvalg_laes(
    struct ordre *r, struct plb_slice json, struct plb_errctx *ec);
size_t ordrer_talt(const struct ordrer *o, const struct plb_uuid *ordre);
PLB_MUSTUSE enum plb_err ordrer_tael(
    struct ordrer *o, const struct plb_uuid *ordre, size_t n, struct plb_errctx *ec);

/* What an order would touch. */
struct plan {
	struct plb_org org;
	bool har_person; /* of the one delivery that was named */
	struct plb_person person;
	struct bord_post *post;
	size_t n, size, maks;
	struct plb_buf *proeve; /* NULL: none wanted */
	struct plb_buf sum;
};
PLB_MUSTUSE enum plb_err plan_lav(
    struct ordrer *o, const struct anmodning *a, struct plan *pl, struct plb_errctx *ec);
void plan_digest(const struct plan *pl, char out[33]);
void plan_fri(struct plan *pl);

void ordre_json(const struct ordre *r, struct plb_buf *out);
void ordre_fri(struct ordre *r);

#endif
