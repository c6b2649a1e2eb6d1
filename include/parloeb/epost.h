// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_EPOST_H
#define PARLOEB_EPOST_H

#include <parloeb/slice.h>

/* Mail addresses, by their form alone. Pure; any thread. */
#define PLB_EPOST_MAX 254 /* RFC 5321 § 4.5.3.1.3, without the angle brackets */

/* name@domain.tld without quotes, comments or white space; other alphabets are fine. */
bool plb_epost_ok(struct plb_slice s);
/* One that also stands as it is in a header, a command of SMTP and a mailto URI: letters, digits
 * and a few signs of ASCII. Nothing that it takes can end a line or begin a parameter. */
bool plb_epost_ren(struct plb_slice s);

#endif
