# SPDX-License-Identifier: MPL-2.0
"""Checks of what the project holds as data: schemas, golden events, code lists, rule sets, configuration, cases."""

import csv
import datetime
import json
import re
import subprocess

import pytest
import yaml

import skema
from skema import NS, ROOT, SCHEMAS

PARTNER = {
    "akasse": """member-registered member-deregistered membership-changed timer-indberettet indkaldelse-oprettet indkaldelse-aendret indkaldelse-annulleret
        deltagelsesvalg-aendret samtale-held samtale-korrigeret samtale-tilbagekaldt samtale-fritaget referat-publiceret referat-tilbagekaldt
        overdragelse-anmodet fravaer-aendret ansvar-aendret plan-aendret raadighed-vurderet opkvalificering-indstillet opkvalificering-trukket
        workshop-tilmeldt persongruppe-markeret besked-sendt cv-godkendt joblog-status jobformidling-henvist""",
    "kommune": """member-deregistered indkaldelse-oprettet indkaldelse-aendret indkaldelse-annulleret deltagelsesvalg-aendret samtale-held samtale-korrigeret
        samtale-tilbagekaldt samtale-fritaget referat-publiceret referat-tilbagekaldt overdragelse-anmodet fravaer-aendret ansvar-aendret
        myndighed-aendret kontaktgruppe-aendret frist-aendret plan-aendret nuph-modtaget opkvalificering-besvaret workshop-tilmeldt
        persongruppe-markeret besked-sendt""",
    "aktoer": """indkaldelse-oprettet indkaldelse-aendret indkaldelse-annulleret deltagelsesvalg-aendret samtale-held samtale-korrigeret samtale-tilbagekaldt
        referat-publiceret referat-tilbagekaldt besked-sendt""",
    "dfdg": """member-registered member-deregistered membership-changed indkaldelse-oprettet indkaldelse-aendret indkaldelse-annulleret
        deltagelsesvalg-aendret samtale-held samtale-korrigeret samtale-tilbagekaldt fravaer-aendret ansvar-aendret myndighed-aendret
        person-identitet-aendret kontaktgruppe-aendret frist-aendret""",
}
PARTNER = {org: set(names.split()) for org, names in PARTNER.items()}
SENT = set().union(*PARTNER.values())
MADE = set(
    """handover-forventet handover-due handover-opdateret handover-gennemfoert handover-overskredet handover-aflyst referat-mangler samtale-mangler timer-mangler
    referat-leveret referat-laest referat-afvist opkvalificering-paamindelse opkvalificering-udloebet opkvalificering-videresendt besked-laest
    levering-ulaest dfdg-registrering-accepteret dfdg-registrering-afvist haendelse-afvist levering-tilbagekaldt""".split()
)
INTERNAL = {"levering-status", "identitet", "revision", "markoer", "kvittering", "kommando", "forloeb-tilstand", "forloeb-gemt", "dispatch-levering", "dispatch-endepunkt",
            "dispatch-markoer", "dispatch-overloeb", "dispatch-sftp", "sftp-bestilt"}
COMMON = ["cpr", "forloebId", "akassekode", "kommunekode", "regelsaet"]

AKASSER = "3f akademikernes ase bupl ca metal dfh fak dsa foa frie ftfa hk ajks krifa lederne dlfa ma min sl tak nnf".split()

ALL = skema.load_all()
SUBJECTS = yaml.safe_load((SCHEMAS / "subjects.yaml").read_text(encoding="utf-8"))
LISTS = sorted((ROOT / "config/koder").glob("*.csv"))
CASES = sorted((ROOT / "tests/cases").glob("*.json"))


def rows(name):
    with open(ROOT / f"config/koder/{name}.csv", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, strict=True))


KODER = {p.stem: {r["kode"] for r in rows(p.stem)} for p in LISTS}


def fields(navn):
    return {f["name"]: f for f in ALL[navn].root["fields"]}


def faults(navn, data):
    return [pointer for pointer, _ in ALL[navn].check(data, KODER)]


def golden(navn):
    return json.loads((SCHEMAS / navn / "golden/1.json").read_text(encoding="utf-8"))


# Schemas


def test_the_events_are_those_of_the_contract():
    assert set(ALL) == SENT | MADE | INTERNAL


@pytest.mark.parametrize("navn", sorted(ALL))
def test_schema_obeys_the_vocabulary(navn):
    s = ALL[navn]
    assert s.faults == []
    assert s.root["name"] == skema.camel(navn) and s.root["namespace"] == NS
    assert len(s.root["doc"]) > 10 and "\n" not in s.root["doc"]
    assert s.path.stat().st_size <= 256 * 1024


@pytest.mark.parametrize("navn", sorted(SENT | MADE))
def test_event_carries_the_person_sealed_and_nothing_personal_in_clear(navn):
    own = fields(navn)
    assert list(own)[-1] == "forseglet" and own["forseglet"]["intern"] is True
    if navn in ("haendelse-afvist", "levering-tilbagekaldt"):
        assert "cpr" not in own
        return
    assert own["cpr"] == {"name": "cpr", "type": ["null", "string"], "default": None, "fortrolig": True, "paakraevet": True, "format": "cpr"}
    if navn in MADE:
        assert list(own)[:5] == COMMON
    free = {"tekst", "emner", "aftaler", "jobmaal", "barrierer", "kontakt", "kommentar", "begrundelse", "bemaerkning", "emne", "afsenderNavn", "afsenderKontakt", "sted",
            "telefon", "titel", "beskrivelse", "digitaltMoedelink", "personprojekter", "erhverv", "tidligereCpr", "projekt", "formaal", "vurdering"}
    assert [n for n in own if n in free and not own[n].get("fortrolig")] == []


def test_haendelse_afvist_and_levering_tilbagekaldt_carry_no_more_than_promised():
    assert list(fields("haendelse-afvist")) == ["haendelseId", "aarsag", "fejl", "forseglet"]
    assert list(fields("levering-tilbagekaldt")) == ["tilbagekaldtLeveringid", "aarsag", "forseglet"]


def test_equal_names_have_equal_definitions():
    seen = {}
    for s in ALL.values():
        for name, definition in s.types.items():
            text = json.dumps(_expanded(definition, s), sort_keys=True)
            assert seen.setdefault(name, text) == text, f"{name} differs in {s.navn}"


def _expanded(t, s):
    """A type with every reference replaced by its definition, so that the place of definition does not matter."""
    if isinstance(t, str):
        return _expanded(s.types[t], s) if t in s.types else t
    if isinstance(t, list):
        return [_expanded(x, s) for x in t]
    return {k: [dict(f, type=_expanded(f["type"], s)) for f in v] if k == "fields" else _expanded(v, s) if k in ("type", "items") else v for k, v in t.items()}


def test_code_lists_named_in_schemas_exist():
    named = {f["kode"] for s in ALL.values() for t in s.types.values() for f in t.get("fields", ()) if "kode" in f}
    assert named and named <= set(KODER)


# Subjects


def test_every_schema_is_a_subject():
    assert sorted(s["navn"] for s in SUBJECTS) == sorted(ALL)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: s["navn"])
def test_subject(subject):
    navn = subject["navn"]
    assert set(subject) == {"navn", "type", "afsendere", "emner", "noegle", "ejer", "dataklasse", "kompatibilitet"}
    assert subject["type"] == f"{NS}.{navn}"
    assert set(subject["afsendere"]) == {org for org, names in PARTNER.items() if navn in names}
    assert subject["emner"] and set(subject["emner"]) <= {"ind", "svar", "forloeb", "ud", "postkasse", "forloeb.tilstand", "dispatch.tilstand", "revision", "identitet"}
    assert ("ind" in subject["emner"]) == bool(subject["afsendere"])
    by_org = subject["emner"] in (["postkasse"], ["dispatch.tilstand"])
    assert subject["noegle"] == ("aktoer" if subject["emner"] == ["revision"] else "organisation" if by_org else "person")
    sealed = {n for n, f in fields(navn).items() if f.get("fortrolig")}
    assert (subject["dataklasse"] == "fortrolig") == bool(sealed - {"cpr"})
    assert subject["dataklasse"] in ("fortrolig", "person", "drift")


# Golden events


@pytest.mark.parametrize("navn", sorted(SENT | MADE))
def test_golden_event_is_valid_and_whole(navn):
    e = golden(navn)
    assert e["specversion"] == "1.0" and e["type"] == f"{NS}.{navn}" and e["datacontenttype"] == "application/json"
    assert e["source"].split("/")[1] in (PARTNER if navn in SENT else ("parloeb",))
    assert ALL[navn].check(e["data"], KODER) == []
    absent = [n for n, f in fields(navn).items() if n not in e["data"] and not f.get("intern") and "naar" not in f]
    assert absent == []
    if "cpr" in e["data"]:
        assert 61 <= int(e["data"]["cpr"][:2]) <= 91, "a test number must be nobody's"
    if navn in MADE:
        assert {"leveringid", "causationid"} <= set(e)
        assert ("sequence" in e) == ("partitionkey" in e) == ("correlationid" in e) == (navn != "haendelse-afvist")


def _broken(navn, member, value):
    data = golden(navn)["data"]
    if value is None:
        del data[member]
    else:
        data[member] = value
    return faults(navn, data)


@pytest.mark.parametrize(
    "navn, member, value, felt",
    [
        ("timer-indberettet", "udbetalteTimer", 160.34, "udbetalteTimer"),
        ("timer-indberettet", "udbetalteTimer", -0.01, "udbetalteTimer"),
        ("timer-indberettet", "udbetalteTimer", 1.001, "udbetalteTimer"),
        ("timer-indberettet", "dagpengemaaned", "2024-13", "dagpengemaaned"),
        ("member-registered", "akassekode", "xx", "akassekode"),
        ("member-registered", "kommunekode", "0411", "kommunekode"),
        ("member-registered", "tilmeldingsdato", "2024-02-30", "tilmeldingsdato"),
        ("member-registered", "cpr", None, "cpr"),
        ("member-registered", "personprojekter", ["x" * 51], "personprojekter/0"),
        ("indkaldelse-oprettet", "gruppemoedeId", None, "gruppemoedeId"),
        ("indkaldelse-oprettet", "moedegruppetype", "individuel", "gruppemoedeId"),
        ("indkaldelse-oprettet", "ombookingMulig", False, "ombookingsfrist"),
        ("indkaldelse-oprettet", "gaester", [], "gaester"),
        ("samtale-held", "samtaletyper", [7, 10, 17], "samtaletyper"),
        ("samtale-held", "samtaletyper", [7, 7], "samtaletyper"),
        ("samtale-held", "samtaletyper", [19], "samtaletyper/0"),
        ("samtale-held", "afholdt", "2024-04-10T09:00:00", "afholdt"),
        ("samtale-held", "flereMyndigheder", False, "deltagelsesstatus"),
        ("referat-publiceret", "emner", [], "emner"),
        ("referat-publiceret", "tekst", "æ" * 4001, "tekst"),
        ("referat-publiceret", "tekst", "", "tekst"),
        ("referat-publiceret", "version", 0, "version"),
        ("referat-publiceret", "aftaler", [{"tekst": "x", "ansvarlig": "naboen"}], "aftaler/0/ansvarlig"),
        ("opkvalificering-indstillet", "samtykke", False, "samtykke"),
        ("besked-sendt", "emne", "x" * 101, "emne"),
    ],
)
def test_the_rules_of_the_contract_stand_in_the_schema(navn, member, value, felt):
    assert _broken(navn, member, value) == [f"/data/{felt}"]


# Code lists, rule sets, configuration


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_code_list(path):
    with open(path, encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f, strict=True)
        lines = list(reader)
    assert reader.fieldnames[:2] == ["kode", "navn"] and {"gyldig_fra", "gyldig_til"} <= set(reader.fieldnames)
    codes = [r["kode"] for r in lines]
    assert codes and len(set(codes)) == len(codes) and all(codes)
    for r in lines:
        assert None not in r and r["navn"].strip()
        for end in ("gyldig_fra", "gyldig_til"):
            assert r[end] == "" or (r[end].isdigit() if path.stem == "helligdage" else datetime.date.fromisoformat(r[end]))


def test_code_lists_hold_what_the_contract_names():
    assert [r["kode"] for r in rows("akasser")] == AKASSER
    assert {r["kode"]: r["gyldig_til"] for r in rows("akasser") if r["gyldig_til"]} == {"nnf": "2024-12-31"}
    assert len(rows("kommuner")) == 98 and all(re.fullmatch(r"[0-9]{4}", r["kode"]) for r in rows("kommuner"))
    assert KODER["samtaletyper"] == {"4", "7", "8", "9", "10", "11", "12", "13", "15", "17"}
    assert {"11", "75"} <= KODER["fravaerstyper"]
    served = [r["kommunekode"] for r in rows("jobcentre")] + [k.split("/")[0] for r in rows("jobcentre") for k in r["betjener_ogsaa"].split()]
    assert set(served) == KODER["kommuner"]
    models = [r["model_2027"] for r in rows("kommuner")]
    assert models.count("4mdr") == 79 and models.count("valg") == 19


def test_cvr_numbers_have_the_right_check_digit():
    for name in ("akasser", "kommuner"):
        for r in rows(name):
            if r["cvr"]:
                digits = [int(c) for c in r["cvr"]]
                assert len(digits) == 8 and sum(w * d for w, d in zip((2, 7, 6, 5, 4, 3, 2, 1), digits)) % 11 == 0, r["navn"]


def easter(year):
    """Gregorian Easter Sunday (Gauss, by way of the golden number)."""
    century = year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * (year % 19) + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return datetime.date(year, month, offset + 28 - 31 * (month // 4))


def closed(year):
    out = {}
    for r in rows("helligdage"):
        assert r["regel"] in ("fast", "paaske") and r["art"] in ("helligdag", "lukkedag")
        assert bool(r["dato"]) == (r["regel"] == "fast") and bool(r["paaskedage"]) == (r["regel"] == "paaske")
        if int(r["gyldig_fra"] or 0) <= year <= int(r["gyldig_til"] or 9999):
            day = datetime.date.fromisoformat(f"{year}-{r['dato']}") if r["dato"] else easter(year) + datetime.timedelta(int(r["paaskedage"]))
            out[day.isoformat()] = r["kode"]
    return out


def test_holidays_of_known_years():
    assert [easter(y).isoformat() for y in (2024, 2025, 2026, 2027)] == ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]
    assert closed(2023)["2023-05-05"] == "store_bededag" and "2024-04-26" not in closed(2024)
    assert {"2024-03-28", "2024-03-29", "2024-04-01", "2024-05-09", "2024-05-20", "2024-06-05", "2024-12-24", "2024-12-31"} <= set(closed(2024))
    assert "2024-05-01" not in closed(2024) and "2024-05-10" not in closed(2024)


def test_every_parameter_of_a_rule_set_has_a_source():
    for path in (ROOT / "config/regler").glob("*.yaml"):
        rule = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert rule["id"] == path.stem
        assert set(rule) - {"id", "version", "kilder"} == set(rule["kilder"])
        assert all({str(t) for t in pair} <= KODER["samtaletyper"] and len(set(pair)) == 2 for pair in rule["sammenlaegning"])


def test_lab_2024_has_the_figures_of_the_contract():
    rule = yaml.safe_load((ROOT / "config/regler/lab-2024.yaml").read_text(encoding="utf-8"))
    assert rule["gyldig"] == {"fra": datetime.date(2024, 1, 1), "til": datetime.date(2026, 6, 30)}
    assert (rule["graense"]["fuldtid"], rule["graense"]["deltid"], rule["graense"]["test"]) == (410.00, 333.00, "stoerre-end")
    assert rule["maanedsnorm"] == {"fuldtid": 160.33, "deltid": 130.00}
    assert (rule["forvarsel"], rule["deling"]) == ("registrering", "pakkefrist")
    days = [rule[f"{name}_arbejdsdage"] for name in ("pakkefrist", "referat_frist", "haardt_stop", "overskredet")]
    assert days == [5, 1, 10, 3]


def test_organisations_are_those_of_the_code_lists():
    orgs = yaml.safe_load((ROOT / "config/organisationer.yaml").read_text(encoding="utf-8"))["organisationer"]
    ids = [o["id"] for o in orgs]
    assert len(set(ids)) == len(ids)
    assert set(ids) == {"dfdg:star"} | {f"akasse:{k}" for k in KODER["akasser"]} | {f"kommune:{k}" for k in KODER["kommuner"]}
    assert all(o["navn"] and set(o) <= {"id", "navn", "fra", "til"} for o in orgs)
    assert [o["id"] for o in orgs if "til" in o] == ["akasse:nnf"]


def test_partner_files_name_known_things():
    for path in (ROOT / "config/partnere").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for partner in (yaml.safe_load(text), yaml.safe_load(re.sub(r"(?m)^# ((?:webhook|kafka|foerst|reserve|sftp):|  [a-z#])", r"\1", text))):
            assert set(partner) <= {"navn", "organisationer", "tokens", "haendelser", "kvittering", "rate", "webhook", "kafka", "foerst", "reserve", "sftp"}
            assert all(re.fullmatch(skema.PATTERNS["organisation"], o) for o in partner["organisationer"])
            assert all(re.fullmatch(r"[0-9a-f]{64}", t["sha256"]) for t in partner["tokens"])
            assert partner["haendelser"] == "alle" or set(partner["haendelser"]) <= SENT
            assert partner["kvittering"] in ("haandteret", "leveret")
        assert set(partner["kafka"]) == {"certificate"} and partner["foerst"] in partner and partner["reserve"] in partner
        assert set(partner["webhook"]) == {"url", "secrets", "allow_private", "concurrency", "alg", "kraev_test"}
        assert set(partner["sftp"]) == {"url", "user", "key_file", "known_hosts", "tid", "allow_private"}


def options_in_the_code():
    """Name → default text of every option, from the tables that the services load with."""
    text = (ROOT / "services/common/sys/sections.c").read_text(encoding="utf-8")
    one = re.compile(r'\b(?:STR|TEXT|PLACE|PATH|BOOL|WORD|INT|MS|MS_LIST|BYTES|SECRET|EPOST)\(\s*"([a-z_.]+)",\s*[a-z_.]+,\s*(\w+|"(?:[^"\\]|\\.)*"(?:\s*\w+)?)')
    flow = dict(one.findall(text[text.index("#define FLOW_OPTIONS") : text.index("struct plb_conf_forloeb")]))
    out = {"log.level": '"info"'}
    for section, body in re.findall(r"struct plb_opt (\w+)_opts\[\] = \{(.*?)\n\};", text, re.S):
        prefix = "" if section == "common" else section + "."
        out.update((prefix + name, default) for name, default in one.findall(body))
        for instance, port in re.findall(r'FLOW_OPTIONS\(("[^"]+"), "(\d+)"\)', body):
            out.update((prefix + name, default) for name, default in flow.items())
            out[prefix + "instance"], out[prefix + "management"] = instance, f'"127.0.0.1:{port}"'
    del out["gateway.mock_log"]  # benchmarks only
    return {name: yaml.safe_load(json.loads(default)) for name, default in out.items()}


def flat(tree, prefix=""):
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def test_the_default_configuration_is_that_of_the_code():
    shown = dict(flat(yaml.safe_load((ROOT / "config/parloeb.yaml").read_text(encoding="utf-8"))))
    assert shown.pop("kafka.properties") == {}
    assert shown == options_in_the_code()


def test_yaml_files_stay_within_what_the_services_read():
    for path in [*ROOT.glob("config/**/*.yaml"), SCHEMAS / "subjects.yaml"]:
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) <= 64 * 1024
        assert not re.search(r"(?m)^[^#\"]*[:\-\[{,] [&*!]", text), f"anchor, alias or tag in {path}"


# Cases and files


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    assert set(case) == {"navn", "haendelser", "slut", "forventet", "aldrig"}
    times = [datetime.datetime.fromisoformat(h["ur"]) for h in case["haendelser"]] + [datetime.datetime.fromisoformat(case["slut"])]
    assert times == sorted(times)
    for h in case["haendelser"]:
        assert h["type"] in PARTNER[h["afsender"].split(":")[0]]
        assert ALL[h["type"]].check(h["data"], KODER) == []
    assert case["forventet"] or case["aldrig"]
    for want in case["forventet"]:
        assert set(want["data"]) <= set(fields(want["type"]))
    assert all(not_this["type"] in ALL for not_this in case["aldrig"])


def test_all_cases_are_here():
    assert [p.stem for p in CASES] == [f"{n:02}" for n in range(1, 20)]


def test_licence_line_in_every_file_that_can_hold_one():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    kinds = (".c", ".h", ".py", ".sh", ".yaml", ".yml", ".cmake", ".md", "CMakeLists.txt")
    missing = []
    for name in (n for n in names if n.endswith(kinds) and "/corpus/" not in n and (ROOT / n).is_file()):
        head = (ROOT / name).read_text(encoding="utf-8").split("\n", 3)[:3]
        if not any("SPDX-License-Identifier: MPL-2.0" in line for line in head):
            missing.append(name)
    assert missing == []
