// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_SFTP_KVIT_H
#define DISPATCH_SFTP_KVIT_H

#include <parloeb/id.h>

#include "kvittering.h"

/* The lines of an acknowledgement file: leveringid;status[;aarsag]. Empty lines, and a first line
 * that begins with "leveringid", say nothing. Pure. */
#define SFTP_KVIT_AARSAG_MAX 500

struct sftp_kvit {
	struct plb_uuid id;
	enum kvittering status;
	struct plb_slice aarsag; /* borrowed from the line */
};
enum sftp_kvit_regel {
	SFTP_KVIT_OK,
	SFTP_KVIT_TOM,    /* says nothing */
	SFTP_KVIT_FELTER, /* not two or three fields */
	SFTP_KVIT_ID,     /* the first is no UUID */
	SFTP_KVIT_STATUS, /* the second is no status */
	SFTP_KVIT_TEKST,  /* the third is no UTF-8, too long, or holds what looks like a CPR number
			   */
	SFTP_KVIT_REGLER
};

/* The next line of `text`, without its end, and `text` behind it. false: there is none. */
bool sftp_kvit_linje(struct plb_slice *text, struct plb_slice *line);
enum sftp_kvit_regel sftp_kvit_laes(struct plb_slice line, struct sftp_kvit *out);
const char *sftp_kvit_regel_navn(enum sftp_kvit_regel r); /* static, for people */

#endif
