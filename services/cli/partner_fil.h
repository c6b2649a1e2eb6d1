// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_PARTNER_FIL_H
#define CLI_PARTNER_FIL_H

#include <parloeb/buf.h>
#include <parloeb/yaml.h>

/* Changes to the text of a partner file that leave the rest of it, comments too, as it is. Pure. */

/* webhook.secrets becomes this list, on one line. PLB_E_FORM: the file has no such list. */
PLB_MUSTUSE enum plb_err partner_fil_secrets(struct plb_slice text, const char *const *paths,
    size_t n, struct plb_buf *out, struct plb_errctx *ec);
/* webhook.url becomes this address. */
PLB_MUSTUSE enum plb_err partner_fil_url(
    struct plb_slice text, const char *url, struct plb_buf *out, struct plb_errctx *ec);

#endif
