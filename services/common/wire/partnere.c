// SPDX-License-Identifier: MPL-2.0
//
// Partner files: YAML → struct plb_partner. Every fault is collected; the set is used only when
// there is none.

#include <dirent.h>
#include <stdlib.h>

#include <parloeb/crypto.h>
#include <parloeb/loop.h>
#include <parloeb/map.h>
#include <parloeb/partnere.h>

#include "partnere_int.h"

#define PARTNERE_MAX 4096
#define PARTNERE_ARENA (64u << 20)

/* Who answers to a digest or an organisation. */
struct opslag {
	struct plb_map_node node; /* key: 32 bytes of digest, or the organisation's text */
	const struct plb_partner *partner;
	const struct plb_kalender_conf *kalender; /* of a calendar's token */
};

struct plb_partnere {
	struct plb_arena arena;
	struct plb_partner **p;
	size_t n;
	struct plb_map tokens, certs, orgs, kalendere, systemer;
};

void
partner_fejl(struct laeser *l, const struct plb_yaml *n, const char *text)
{
	plb_faults_add(l->f, n->file, n->line, n->column, "%s", text);
}

const char *
partner_sti(struct laeser *l, struct plb_yaml *n)
{
	const char *text;

	if (!plb_yaml_str(n, &text, l->f) || text[0] == '\0' || text[0] == '/')
		return n == NULL ? NULL : (const char *)n->text.p;
	return plb_arena_printf(&l->s->arena, "%s/%s", l->dir, text);
}

static struct opslag *
add(struct laeser *l, struct plb_map *m, struct plb_slice key, const struct plb_yaml *at,
    const char *twice)
{
	struct opslag *o;

	if (plb_map_get(m, key) != NULL) {
		partner_fejl(l, at, twice);
		return NULL;
	}
	o = plb_arena_calloc(&l->s->arena, 1, sizeof(*o));
	if (o == NULL) {
		partner_fejl(l, at, "too many partners");
		return NULL;
	}
	o->node.key = key;
	o->partner = l->p;
	if (plb_map_add(m, &o->node) != PLB_OK)
		partner_fejl(l, at, "out of memory");
	return o;
}

static void
read_orgs(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *list = plb_yaml_need(root, "organisationer", l->f), *n;

	if (list == NULL || list->kind != PLB_YAML_LIST || list->first == NULL) {
		if (list != NULL)
			partner_fejl(l, list,
			    "organisationer: expected a list of at least one organisation");
		return;
	}
	for (n = list->first; n != NULL; n = n->next) {
		struct plb_org *o = &l->p->org[l->p->n_org];

		n->used = true;
		if (l->p->n_org == PLB_PARTNER_ORGS) {
			partner_fejl(l, n, "too many organisations in one partner file");
			return;
		}
		if (n->kind != PLB_YAML_SCALAR || plb_org_parse(n->text, o) != PLB_OK) {
			partner_fejl(l, n,
			    "expected an organisation such as akasse:hk, kommune:0101, "
			    "aktoer:12345678 or dfdg:star");
			continue;
		}
		l->p->n_org++;
		add(l, &l->s->orgs, plb_org_slice(o), n,
		    "this organisation stands in another partner file too");
	}
}

static bool
hex32(struct plb_slice text, uint8_t out[32])
{
	struct plb_secret s;
	bool ok = plb_secret_hex(text, &s) == PLB_OK && s.len == 32;

	if (ok)
		memcpy(out, s.b, 32);
	return ok;
}

/* tokens: and certificates: are lists of {sha256: …}. */
static void
read_digests(struct laeser *l, struct plb_yaml *root, const char *key, uint8_t (*out)[32],
    size_t *n_out, struct plb_map *m)
{
	struct plb_yaml *list = plb_yaml_get(root, key, l->f), *n, *hex;

	if (list == NULL)
		return;
	if (list->kind != PLB_YAML_LIST) {
		partner_fejl(l, list, "expected a list of {sha256: <64 hex digits>}");
		return;
	}
	for (n = list->first; n != NULL; n = n->next) {
		n->used = true;
		hex = plb_yaml_need(n, "sha256", l->f);
		if (hex == NULL)
			continue;
		if (*n_out == PLB_PARTNER_TOKENS) {
			partner_fejl(l, n, "too many in one partner file");
			return;
		}
		if (hex->kind != PLB_YAML_SCALAR || !hex32(hex->text, out[*n_out])) {
			partner_fejl(l, hex,
			    "expected 64 hex digits, the SHA-256 of the token or certificate");
			continue;
		}
		add(l, m, plb_slice(out[*n_out], 32), hex,
		    "this digest stands in another partner file too");
		(*n_out)++;
	}
}

static bool
is_cvr(struct plb_slice s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i == 8 && s.len == 8;
}

/* systemer: a list of {cvr: …, uuid: …}, as OCES3 certificates name them. */
static void
read_systems(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *list = plb_yaml_get(root, "systemer", l->f), *n;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
		struct plb_yaml *cvr = plb_yaml_need(n, "cvr", l->f),
				*uuid = plb_yaml_need(n, "uuid", l->f);
		struct plb_uuid u;
		const char *key;

		n->used = true;
		if (cvr == NULL || uuid == NULL)
			continue;
		if (cvr->kind != PLB_YAML_SCALAR || !is_cvr(cvr->text)) {
			partner_fejl(l, cvr, "expected the eight digits of a CVR number");
		} else if (uuid->kind != PLB_YAML_SCALAR ||
		    plb_uuid_parse(uuid->text, true, &u) != PLB_OK) {
			partner_fejl(l, uuid, "expected the UUID of the system, in lower case");
		} else {
			key = plb_arena_printf(&l->s->arena, "NTRDK-%.8s/UI:DK-O:G:%.36s",
			    (const char *)cvr->text.p, (const char *)uuid->text.p);
			if (key == NULL)
				partner_fejl(l, n, "out of memory");
			else
				(void)add(l, &l->s->systemer, plb_slice_str(key), n,
				    "this system stands in another partner file too");
		}
	}
}

/* One of kalendere: {organisation: …, sha256: …}; the organisation where the partner has several.
 */
static void
read_calendar(struct laeser *l, struct plb_yaml *n, struct plb_kalender_conf *k)
{
	struct plb_yaml *org = plb_yaml_get(n, "organisation", l->f),
			*hex = plb_yaml_need(n, "sha256", l->f);
	struct opslag *o;
	size_t i = 0;

	if (org == NULL && l->p->n_org == 1)
		k->org = l->p->org[0];
	else if (org == NULL || org->kind != PLB_YAML_SCALAR ||
	    plb_org_parse(org->text, &k->org) != PLB_OK)
		partner_fejl(l, org == NULL ? n : org, "organisation: expected one of this file's");
	while (i < l->p->n_org && !plb_org_eq(&l->p->org[i], &k->org))
		i++;
	if (i == l->p->n_org && org != NULL)
		partner_fejl(l, org, "not one of this file's organisations");
	if (hex == NULL)
		return;
	if (hex->kind != PLB_YAML_SCALAR || !hex32(hex->text, k->token)) {
		partner_fejl(l, hex, "expected 64 hex digits, the SHA-256 of the token");
		return;
	}
	o = add(l, &l->s->kalendere, plb_slice(k->token, 32), hex,
	    "this digest stands in another partner file too");
	if (o != NULL)
		o->kalender = k;
}

static void
read_calendars(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *list = plb_yaml_get(root, "kalendere", l->f), *n;
	size_t max = 0;

	if (list == NULL)
		return;
	if (list->kind != PLB_YAML_LIST) {
		partner_fejl(
		    l, list, "expected a list of {organisation: …, sha256: <64 hex digits>}");
		return;
	}
	for (n = list->first; n != NULL; n = n->next)
		max++;
	l->p->kalender = plb_arena_calloc(&l->s->arena, max + 1, sizeof(*l->p->kalender));
	if (l->p->kalender == NULL) {
		partner_fejl(l, list, "out of memory");
		return;
	}
	for (n = list->first; n != NULL; n = n->next) {
		n->used = true;
		read_calendar(l, n, &l->p->kalender[l->p->n_kalendere++]);
	}
}

static void
read_events(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *list = plb_yaml_get(root, "haendelser", l->f), *n;
	size_t i = 0;

	if (list == NULL || (list->kind == PLB_YAML_SCALAR && plb_slice_is(list->text, "alle")))
		return;
	if (list->kind != PLB_YAML_LIST) {
		partner_fejl(l, list, "expected `alle` or a list of event names");
		return;
	}
	for (n = list->first; n != NULL; n = n->next)
		i++;
	l->p->haendelser = plb_arena_calloc(&l->s->arena, i + 1, sizeof(*l->p->haendelser));
	if (l->p->haendelser == NULL) {
		partner_fejl(l, list, "out of memory");
		return;
	}
	for (i = 0, n = list->first; n != NULL; n = n->next) {
		n->used = true;
		if (plb_yaml_str(n, &l->p->haendelser[i], l->f))
			i++;
	}
}

static void
read_partner(const struct laeser *fra, const char *dir, const char *file)
{
	static const char *const KVITTERING[] = {"haandteret", "leveret", NULL};
	struct plb_partnere *s = fra->s;
	struct plb_faults *f = fra->f;
	struct laeser l = *fra;
	const char *name = plb_arena_printf(&s->arena, "%s/%s", dir, file);
	struct plb_yaml *root;
	int word = 0;

	l.p = plb_arena_calloc(&s->arena, 1, sizeof(*l.p));
	if (l.p == NULL || name == NULL) {
		plb_faults_add(f, dir, 0, 0, "too many partner files");
		return;
	}
	root = plb_yaml_load(&s->arena, name, f);
	if (root == NULL)
		return;
	l.p->file = name;
	(void)plb_yaml_str(plb_yaml_need(root, "navn", f), &l.p->navn, f);
	read_orgs(&l, root);
	read_digests(&l, root, "tokens", l.p->token, &l.p->n_tokens, &s->tokens);
	read_digests(&l, root, "certificates", l.p->cert, &l.p->n_certs, &s->certs);
	read_systems(&l, root);
	read_calendars(&l, root);
	read_events(&l, root);
	if (plb_yaml_word(plb_yaml_get(root, "kvittering", f), KVITTERING, &word, f))
		l.p->kvittering_leveret = word == 1;
	(void)plb_yaml_int(plb_yaml_get(root, "rate", f), 0, 1000000, &l.p->rate, f);
	partner_webhook(&l, root);
	partner_kafka(&l, root);
	partner_mail(&l, root);
	partner_kanaler(&l, root);
	partner_sftp(&l, root);
	plb_yaml_unused(root, f);
	s->p[s->n++] = l.p;
}

static int
is_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

/* Topics that the channel kafka writes to. */
static size_t
emner(const struct plb_partnere *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->p[i]->kafka.certificate == NULL ? 0 : s->p[i]->n_org;
	return n;
}

static enum plb_err
load(const char *dir, const struct plb_secret *partner_key, const uint8_t *proof_public,
    struct plb_partnere **out, struct plb_faults *f)
{
	struct laeser l = {
	    .partner_key = partner_key, .proof_public = proof_public, .f = f, .dir = dir};
	struct dirent **names = NULL;
	struct plb_partnere *s;
	size_t before = f->n;
	int i, n;

	*out = NULL;
	n = scandir(dir, &names, is_yaml, alphasort);
	if (n < 0) {
		plb_faults_add(f, dir, 0, 0, "cannot read the folder of partner files");
		return PLB_E_KONFIG;
	}
	s = calloc(1, sizeof(*s));
	if (s != NULL)
		s->p = calloc(n > 0 ? (size_t)n : 1, sizeof(struct plb_partner *));
	if (s == NULL || s->p == NULL)
		plb_faults_add(f, dir, 0, 0, "out of memory");
	else if (n > PARTNERE_MAX)
		plb_faults_add(f, dir, 0, 0, "more than %d partner files", PARTNERE_MAX);
	if (s != NULL) {
		plb_arena_init(&s->arena, PARTNERE_ARENA);
		l.arena = &s->arena;
		plb_map_init(&s->tokens, 0);
		plb_map_init(&s->certs, 0);
		plb_map_init(&s->orgs, 0);
		plb_map_init(&s->kalendere, 0);
		plb_map_init(&s->systemer, 0);
	}
	l.s = s;
	for (i = 0; i < n; i++) {
		if (s != NULL && s->p != NULL && n <= PARTNERE_MAX)
			read_partner(&l, dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (s != NULL && emner(s) > PLB_TIL_EMNER_MAX)
		plb_faults_add(f, dir, 0, 0, "more than %d organisations with a topic of their own",
		    PLB_TIL_EMNER_MAX);
	if (f->n != before) {
		plb_partnere_free(&s);
		return PLB_E_KONFIG;
	}
	*out = s;
	return PLB_OK;
}

enum plb_err
plb_partnere_load(const char *dir, struct plb_partnere **out, struct plb_faults *f)
{
	return load(dir, NULL, NULL, out, f);
}

enum plb_err
plb_partnere_load_push(const char *dir, const struct plb_secret *partner_key,
    const uint8_t *proof_public, struct plb_partnere **out, struct plb_faults *f)
{
	return load(dir, partner_key, proof_public, out, f);
}

void
plb_partnere_free(struct plb_partnere **p)
{
	struct plb_partnere *s = *p;
	size_t i;

	*p = NULL;
	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++) {
		for (size_t k = 0; k < PLB_PARTNER_SECRETS; k++) {
			plb_secret_wipe(&s->p[i]->webhook.secret[k]);
			plb_secret_wipe(&s->p[i]->webhook.signing[k]);
		}
		plb_modtager_free(&s->p[i]->kafka.modtager);
	}
	plb_map_fini(&s->tokens);
	plb_map_fini(&s->certs);
	plb_map_fini(&s->orgs);
	plb_map_fini(&s->kalendere);
	plb_map_fini(&s->systemer);
	plb_arena_fini(&s->arena);
	free(s->p);
	free(s);
}

size_t
plb_partnere_count(const struct plb_partnere *p)
{
	return p->n;
}

const struct plb_partner *
plb_partnere_at(const struct plb_partnere *p, size_t i)
{
	return p->p[i];
}

/* The map's hash finds the candidate; the digest itself is compared in constant time. */
static const struct opslag *
by_digest(const struct plb_map *m, const uint8_t sha256[32])
{
	const struct opslag *o = (const struct opslag *)plb_map_get(m, plb_slice(sha256, 32));

	return o != NULL && plb_ct_eq(o->node.key.p, sha256, 32) ? o : NULL;
}

const struct plb_partner *
plb_partner_by_token(const struct plb_partnere *p, const uint8_t sha256[32])
{
	const struct opslag *o = by_digest(&p->tokens, sha256);

	return o != NULL ? o->partner : NULL;
}

const struct plb_partner *
plb_partner_by_cert(const struct plb_partnere *p, const uint8_t sha256[32])
{
	const struct opslag *o = by_digest(&p->certs, sha256);

	return o != NULL ? o->partner : NULL;
}

const struct plb_partner *
plb_partner_by_system(const struct plb_partnere *p, struct plb_slice system)
{
	const struct opslag *o = (const struct opslag *)plb_map_get(&p->systemer, system);

	return o != NULL ? o->partner : NULL;
}

const struct plb_kalender_conf *
plb_partner_kalender(const struct plb_partnere *p, const uint8_t sha256[32])
{
	const struct opslag *o = by_digest(&p->kalendere, sha256);

	return o != NULL ? o->kalender : NULL;
}

const struct plb_partner *
plb_partner_by_org(const struct plb_partnere *p, const struct plb_org *org)
{
	const struct opslag *o = (const struct opslag *)plb_map_get(&p->orgs, plb_org_slice(org));

	return o != NULL ? o->partner : NULL;
}
