// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_SFTP_H
#define DISPATCH_SFTP_H

#include <parloeb/overfoersel.h>

#include "dispatch_int.h"
#include "sftp_plan.h"

/* The nightly file of an organisation whose partner file has `sftp`, between its parts:
 *   sftp.c           the machine: when, and what follows what
 *   sftp_tilstand.c  its entry in the state, sub-key "f"; changes in a batch
 *   sftp_fil.c       rows from ud, the file, its transfer
 *   sftp_svar.c      acknowledgement files
 * The entry is the truth; what is read, built or under way stands in memory alone and is made again
 * after a restart, the same from the same offsets. Loop thread. */

#define SFTP_VENTENDE 64
#define SFTP_FEJL 20
#define SFTP_KVIT_MAX ((int64_t)1 << 20)

enum sftp_fase {
	SFTP_HVILER,    /* until the next file, or the next look for acknowledgements */
	SFTP_LAESER,    /* messages are read from ud */
	SFTP_OVERGIVET, /* its outcome is on the way into a batch, or in one not committed */
	SFTP_BYGGER,    /* rows are written, some in each turn of the loop */
	SFTP_LAEGGER,   /* the file leaves */
	SFTP_SER_EFTER, /* the names in the folder are fetched */
	SFTP_HENTER,    /* an acknowledgement file is fetched */
	SFTP_KVITTERER, /* its lines are taken, some in each batch */
	SFTP_FASER
};

/* What an outcome is about (udfald.sftp). */
enum sftp_udfald {
	SFTP_U_BEGYND, /* there is no entry yet */
	SFTP_U_LAEST,  /* everything for the file is in memory */
	SFTP_U_LAGT,   /* the file is in place */
	SFTP_U_FEJL,   /* it is not: udfald.tekst, .klasse */
	SFTP_U_LINJER  /* lines of an acknowledgement file */
};

struct sftp_ref { /* a file of this organisation */
	char dato[PLB_DATO_TEXT];
	int32_t nummer;
};
struct sftp_ventende {
	struct sftp_ref fil;
	int64_t lagt;
};
struct sftp_fejl { /* a line of its acknowledgement file that was not taken */
	struct sftp_ref fil;
	int32_t linje;
	char regel[96];
};

/* As in the state. */
struct sftp_tilstand {
	bool findes;
	int64_t position, naeste, til;
	bool bestilt;
	int32_t forsoeg;
	char aarsag[160];
	struct sftp_ref fil; /* under way (til > 0), or the newest */
	struct sftp_ventende ventende[SFTP_VENTENDE];
	size_t n_ventende;
	struct sftp_fejl fejl[SFTP_FEJL];
	size_t n_fejl;
};

/* A message of the file under way. */
struct raekke {
	struct plb_map_node node; /* by leveringid */
	struct raekke *naeste;
	struct laest *post;
	struct plb_uuid id;
	struct raekke *tilbagekaldt_af; /* stands as that */
	bool udelades;                  /* the withdrawal of one that stands as it */
	bool kasseret;                  /* discarded by an operator */
	int64_t kasseret_ms;            /* when */
};

struct sftp {
	struct plb_map_node node; /* by organisation */
	struct plb_org org;
	int32_t partition;
	struct dispatch *d;
	enum sftp_fase fase, efter;
	bool svarer;  /* what is under way is about acknowledgements, not a file */
	bool afgjort; /* its outcome is in the open batch: with the commit it goes on to `efter` */
	struct sftp_tilstand t;
	struct plb_loop_timer *tur;
	struct plb_overfoersel *o;
	int64_t svar_ms; /* real time of the next look for acknowledgements */

	struct plb_map raekker;
	struct raekke *foerste, **sidste, *her; /* her: the next to be written */
	size_t n, bytes;
	int64_t laest_til;
	bool flere, genlaest; /* cut by the cap; read again after a restart or a failure */
	struct plb_buf krop;  /* the file, or an acknowledgement file */

	struct sftp_ref svar_paa; /* whose acknowledgement file it is */
	size_t svar_pos;          /* taken below */
	int32_t linje;
	bool for_stort;
};

/* What all share. */
struct sftp_alle {
	struct plb_map af_org;
	struct plb_overfoersler *overfoersler; /* made when it is needed first */
	struct ud_laeser *laeser;
	struct plb_loop_timer *ur;
	struct plb_arena arena;
	bool skrevet; /* the open batch holds a change */
};

/* sftp.c */
struct sftp *sftp_find(const struct dispatch *d, const struct plb_org *org); /* NULL: none */
const struct plb_sftp_conf *sftp_konf(const struct sftp *s); /* NULL: the file no longer has it */
void sftp_gaa(struct sftp *s, enum sftp_fase fase);
/* Hands in its outcome; back to rest when nobody takes it. */
void sftp_giv(struct sftp *s, struct udfald u);
/* Begins a transfer; false: it cannot, and the reason is in ec. Where it goes, and as who, is
 * filled in here. */
PLB_MUSTUSE bool sftp_overfoer(struct sftp *s, struct plb_ovf_bestilling b, struct plb_errctx *ec);

/* sftp_tilstand.c */
PLB_MUSTUSE enum plb_err sftp_gem(struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec);
/* The same, and its outcome is dealt with. */
PLB_MUSTUSE enum plb_err sftp_afgoer(
    struct sftp *s, struct plb_flow_tx *tx, enum sftp_fase efter, struct plb_errctx *ec);
bool sftp_laes(struct sftp *s, struct plb_slice blob);
void sftp_fejl_husk(struct sftp *s, int32_t linje, const char *regel);
/* Discarded by an operator before its file. */
void sftp_kasserede(struct sftp *s, struct plb_flow_tx *tx);
PLB_MUSTUSE enum plb_err sftp_glem_kasserede(
    struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec);

/* sftp_fil.c */

void sftp_laes_ud(struct sftp *s);
void sftp_byg(struct sftp *s);
void sftp_laeg(struct sftp *s);
void sftp_ryd(struct sftp *s); /* lets go of what was read and built */
ud_laeser_fn sftp_laest;

/* sftp_svar.c */
void sftp_se_efter(struct sftp *s);
void sftp_hent(struct sftp *s);
void sftp_kvitter(struct sftp *s);
PLB_MUSTUSE enum plb_err sftp_linjer(struct sftp *s, struct plb_flow_tx *tx, const struct udfald *u,
    struct plb_time now, struct plb_errctx *ec);

#endif
