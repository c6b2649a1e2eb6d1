// SPDX-License-Identifier: MPL-2.0
/* `parloeb regler tabel`: docs/regler.md from the rule files. */
#include <stdio.h>

#include "cmd.h"
#include "regel_yaml.h"

static const char *const MENING[REGEL_ANTAL] = {
    [REGEL_GYLDIG] = "Registrations (tilmeldingsdato) that the rule set is for, both days included",
    [REGEL_OMFANG] =
	"A-kasser and kommuner that it is for; of several that fit the one that names more wins",
    [REGEL_ANSVARLIG] = "Who is responsible first and then, and whom a citizen may choose "
			"(overdragelse-anmodet `valg`)",
    [REGEL_UDTRAEDER] = "Who leaves the scope by moving or changing a-kasse leaves the course: "
			"handover-due `udtraadt-forsoeg`",
    [REGEL_GRAENSE] =
	"When responsibility passes: more paid hours than this at a month's end, or so many months",
    [REGEL_TAELLER_IKKE] =
	"Months whose hours do not count, and that are added where months are counted",
    [REGEL_MAANEDSNORM] = "Hours of a month without a report, for the forecast",
    [REGEL_FOERSTE_SAMTALE] = "The first conversation: days after registration, types, forms; "
			      "samtale-mangler when it is late",
    [REGEL_SAMTALER] = "Required conversations: part, types, number, window in months; `i_pakken`: "
		       "named in mangler[] of the handover",
    [REGEL_MOEDEFORMER] = "Meeting forms that count as a required conversation, with their periods",
    [REGEL_SAMTALETYPER] = "Conversation types that may be told; others are refused",
    [REGEL_SAMMENLAEGNING] = "Types that may stand in one conversation, two at most",
    [REGEL_KVOTE] = "Share of courses that must meet the requirements, and share that may be "
		    "exempted (samtale-fritaget), never from the first",
    [REGEL_DELTAGELSE] =
	"Does the guest authority take part when nobody has chosen: `tilvalg` no, `fravalg` yes",
    [REGEL_FORVARSEL] =
	"When handover-forventet is sent: at registration, or working days before the pakkefrist",
    [REGEL_DELING] = "From when conversations and referater go to the coming organisation",
    [REGEL_PAKKE_REFERATER] = "Conversations whose referat the package must have",
    [REGEL_PAKKEFRIST] =
	"The package is complete so many working days before the expected virkningsdato, 23:59:59",
    [REGEL_REFERAT_FRIST] =
	"A referat is due so many working days after the conversation, 23:59:59",
    [REGEL_FAELLES_REFERAT] =
	"The kommune owes a referat of a joint conversation it held, so many working days after",
    [REGEL_HAARDT_STOP] = "Hard stop without a summons: working days after the later of "
			  "virkningsdato and handover-due",
    [REGEL_OVERSKREDET] = "handover-overskredet so many working days before the hard stop",
    [REGEL_TIMER_MANGLER] =
	"timer-mangler so many working days after the end of a month without a report",
    [REGEL_TIMER_VENT] = "Wait for hours when absence 75 ended on a month's last day",
    [REGEL_ULAEST] = "levering-ulaest when unread so many working days",
    [REGEL_INDSTILLING_SVAR] =
	"Working days to answer an opkvalificering-indstillet that names no date",
    [REGEL_INDSTILLING_PAAMINDELSE] =
	"opkvalificering-paamindelse so many working days before that",
};

static const char INDLEDNING[] =
    "<!-- SPDX-License-Identifier: MPL-2.0 -->\n"
    "<!-- Made by `parloeb regler tabel` from config/regler/*.yaml; change those. -->\n"
    "# Rule sets\n\n"
    "A forløb gets its rule set at registration, by tilmeldingsdato, a-kasse and kommune, and "
    "keeps it. An agreement between one a-kasse and one kommune\n"
    "(`config/regler/aftaler/`) changes some parameters for their registrations in its period; it "
    "ends with a notice, and does not follow a member who moves.\n"
    "`parloeb check` tells faults of the files, days and organisations without rules, and "
    "contradictions. `parloeb regler explain` shows what a rule did in a course,\n"
    "`parloeb regler whatif` what other rules would have done.\n\n"
    "*aftalt* = agreed between the parties, no statute. *ikke bekræftet* = not read in a statute. "
    "What is unknown of 2027 is configuration; each file says so at its head.\n";

/* What a rule of a share, a count of months or a default decides in one person's course, and what
 * it cannot. */
static const char AFGOERES[] =
    "\n## What is decided, and what is not\n\n"
    "**Quota and exemption** (`kvote`). A course is one person's, so only what one person's facts "
    "can tell is decided there: `samtale-fritaget` is refused where the rule set knows no "
    "exemption, counts once\n"
    "for each decision (`afgoerelseId`), takes one away from a requirement with `fritages: true` "
    "of its type and window, never the last of it, and never the first conversation. A requirement "
    "met by exemption\n"
    "is met. The shares themselves, 75 % of the courses and 25 % exempted, are sums over an "
    "a-kasse or a kommune; they are a duty of that organisation towards its supervision, the "
    "contract\n"
    "gives them no event, and **no fact is refused because a share is used up**. Each course's "
    "part of the sum is in `parloeb regler explain --json` (`samtalekrav`: required, held, "
    "exempted, met).\n\n"
    "**Months.** `graense: maaneder` is calendar months: so says the contract (§ 7, `maaneder`). "
    "The windows of `samtaler` (3, 6, 16 months) are by LAB §§ 9, 31 and 32 *sammenlagt ledighed* "
    "counted from\n"
    "the placement in a benefit period. No event tells that count, and paid hours do not give it "
    "(hours worked are deducted from them), so the windows are calendar months from registration "
    "or virkningsdato. They are\n"
    "therefore read by people only: such a requirement is named in mangler[] where `i_pakken` says "
    "so, which none of these sets does but the trial, whose order counted calendar months.\n\n"
    "**Participation** (`deltagelse`). When nobody has chosen, handover-due says "
    "`standard-deltager` where the guest takes part in the kommune's first conversation by "
    "default, and nothing where he has to be asked for. Who gets a\n"
    "summons is what it says itself (`deltagere`): a default invites nobody who is not named "
    "there, since the one who summons names the guest, and a citizen may have said no to him "
    "outside Parløb.\n";

/* In a table a bar ends the cell. */
static void
celle(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '|')
			putchar('\\');
		putchar(*s);
	}
}

static bool
ens(const struct regelsaet *a, const struct regelsaet *b, int p)
{
	return strcmp(a->vaerdi[p], b->vaerdi[p]) == 0 && strcmp(a->kilde[p], b->kilde[p]) == 0;
}

/* One row for the rule sets that say the same. */
static void
raekke(const struct regler *rr, size_t i, int p)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (ens(&rr->r[i], &rr->r[j], p))
			return;
	printf("| `%s` | %s", regel_noegle((enum regel_parameter)p), rr->r[i].id);
	for (j = i + 1; j < rr->n; j++)
		if (ens(&rr->r[i], &rr->r[j], p))
			printf(", %s", rr->r[j].id);
	fputs(" | ", stdout);
	celle(rr->r[i].vaerdi[p]);
	fputs(" | ", stdout);
	celle(rr->r[i].kilde[p]);
	puts(" |");
}

static void
tabel(const struct regler *rr)
{
	size_t i;
	int p;

	fputs(INDLEDNING, stdout);
	puts("\n## What the parameters mean\n\n| parameter | meaning |\n|---|---|");
	for (p = 0; p < REGEL_ANTAL; p++)
		printf("| `%s` | %s |\n", regel_noegle((enum regel_parameter)p), MENING[p]);
	fputs(AFGOERES, stdout);
	puts("\n## Rule set, parameter, source\n\n| parameter | rule set | value | source "
	     "|\n|---|---|---|---|");
	for (p = 0; p < REGEL_ANTAL; p++)
		for (i = 0; i < rr->n; i++)
			raekke(rr, i, p);
}

int
cmd_regler_tabel(const struct cli *c)
{
	struct plb_conf *conf = cli_conf(c);
	struct regler *rr;
	struct plb_faults f;

	if (conf == NULL)
		return CLI_FAULTS;
	plb_faults_init(&f);
	rr = regel_yaml_load(plb_conf_common(conf)->regler, plb_conf_common(conf)->koder, &f);
	if (rr != NULL)
		tabel(rr);
	else
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	plb_conf_free(&conf);
	if (rr == NULL)
		return CLI_FAULTS;
	regel_yaml_free(&rr);
	return CLI_OK;
}
