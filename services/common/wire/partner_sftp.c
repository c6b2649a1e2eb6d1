// SPDX-License-Identifier: MPL-2.0
//
// `sftp` of a partner file: where its nightly file goes, and when.

#include "partnere_int.h"

#define DEFAULT_TID (2 * 60)

static bool
tal(struct plb_slice s, size_t at, int below, int *out)
{
	int n = -1;

	if (s.p[at] >= '0' && s.p[at] <= '9' && s.p[at + 1] >= '0' && s.p[at + 1] <= '9')
		n = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
	*out = n;
	return n >= 0 && n < below;
}

/* "HH:MM" → minute of the day. */
static void
read_tid(struct laeser *l, struct plb_yaml *n, int *out)
{
	int h, m;

	*out = DEFAULT_TID;
	if (n == NULL)
		return;
	if (n->kind == PLB_YAML_SCALAR && n->text.len == 5 && n->text.p[2] == ':' &&
	    tal(n->text, 0, 24, &h) && tal(n->text, 3, 60, &m))
		*out = h * 60 + m;
	else
		partner_fejl(l, n, "expected a time of day in quotes, such as \"02:00\"");
}

void
partner_sftp(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *s = plb_yaml_get(root, "sftp", l->f), *url;
	struct plb_sftp_conf *c = &l->p->sftp;
	size_t n;

	if (s == NULL)
		return;
	url = plb_yaml_need(s, "url", l->f);
	if (plb_yaml_str(url, &c->url, l->f)) {
		n = strlen(c->url);
		if (strncmp(c->url, "sftp://", 7) != 0 || c->url[n - 1] != '/' ||
		    strchr(c->url + 7, '/') == NULL || strpbrk(c->url, "@?#") != NULL)
			partner_fejl(l, url,
			    "expected sftp://host/folder/, without user, ending in a slash");
	}
	(void)plb_yaml_str(plb_yaml_need(s, "user", l->f), &c->user, l->f);
	c->key_file = partner_sti(l, plb_yaml_need(s, "key_file", l->f));
	c->known_hosts = partner_sti(l, plb_yaml_need(s, "known_hosts", l->f));
	read_tid(l, plb_yaml_get(s, "tid", l->f), &c->tid);
	(void)plb_yaml_bool(plb_yaml_get(s, "allow_private", l->f), &c->allow_private, l->f);
}
