// SPDX-License-Identifier: MPL-2.0
//
// Any mail: read without harm, and what is said of it lies within it and within the caps.

#include <stdlib.h>

#include "mail_laes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct mail_laest m;
	struct plb_buf rum;

	plb_buf_init(&rum, MAIL_KALENDER_MAX);
	mail_laes(plb_slice(data, len), &rum, &m);
	PLB_ASSERT(m.n_ref <= MAIL_REF_MAX);
	for (size_t i = 0; i < m.n_ref; i++) {
		PLB_ASSERT(m.ref[i].p > data && m.ref[i].p + m.ref[i].len < data + len);
		PLB_ASSERT(m.ref[i].len > 0 && memchr(m.ref[i].p, '\n', m.ref[i].len) == NULL);
	}
	PLB_ASSERT(m.itip.arrangoer[0] == '\0' || plb_epost_ren(plb_slice_str(m.itip.arrangoer)));
	PLB_ASSERT(!m.opgivet || m.automatisk);
	plb_buf_fini(&rum);
	return 0;
}
