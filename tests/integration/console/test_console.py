# SPDX-License-Identifier: MPL-2.0
"""The read model of a real stack: the ladder as partners see it, and that it is the same after
being built again from nothing."""

import uuid

import pytest
from harness import Client, event, produce, wait_until

CPR = "8802761482"
START = "2024-03-01T09:00:00+01:00"


@pytest.fixture(scope="module")
def told(topic_stack):
    """A stack with one registration; its id and tilmeldingId."""
    topic_stack.clock(START)
    data = {"cpr": CPR, "tilmeldingId": str(uuid.uuid4()), "tilmeldingsdato": "2024-03-01",
            "akassekode": "hk", "forsikringskategori": "fuldtid", "kommunekode": "0461"}
    message = event("akasse:hk", "member-registered", data, time=START)
    assert topic_stack.client("akasse:hk").send(message).status == 202
    return topic_stack, message["id"]


def api(stack):
    return Client(stack.env["PARLOEB_CONSOLE"])


def steps(rows):
    return [row["trin"] for row in rows]


def ladder(stack, id, org="akasse:hk"):
    """By the gateway: the console's, but `accepteret` alone where that does not answer in time."""
    answer = stack.client(org).ladder(id)
    assert answer.status == 200, answer
    return answer.json()


def own_ladder(stack, id):
    """The console's own, however long it takes."""
    answer = api(stack).get("/haendelse", id=id, organisation="akasse:hk")
    assert answer.status == 200, answer
    return answer.json()


def wait_steps(stack, id, wanted):
    wait_until(lambda: steps(ladder(stack, id)["trin"]) == wanted, f"{wanted}")


def receivers(stack, id):
    return {m["organisation"]: steps(m["trin"]) for m in ladder(stack, id)["modtagere"]}


def wait_kommune(stack, id, *wanted):
    wait_until(lambda: receivers(stack, id).get("kommune:0461") == ["adresseret", *wanted], f"{wanted}")


def test_accepted_is_there_right_after_the_202(told):
    stack, _ = told
    month = {"cpr": CPR, "dagpengemaaned": "2024-02", "udbetalteTimer": 1}
    message = event("akasse:hk", "timer-indberettet", month, time=START)
    assert stack.client("akasse:hk").send(message).status == 202
    assert steps(ladder(stack, message["id"])["trin"])[0] == "accepteret"


def test_ladder_completes(told):
    stack, id = told
    wait_until(lambda: receivers(stack, id) == {"akasse:hk": ["adresseret"],
                                                "kommune:0461": ["adresseret"]}, "addressed")
    wait_steps(stack, id, ["accepteret", "behandlet"])


def test_fetching_and_receipt_are_steps(told):
    stack, id = told
    kommune = stack.client("kommune:0461")
    mail = wait_until(kommune.mail, "mail")
    wait_kommune(stack, id, "leveret")
    assert kommune.receipt(mail[0]["leveringid"], "haandteret").status in (200, 202)
    wait_kommune(stack, id, "leveret", "haandteret")


def test_refused_fact_names_the_refusal(told):
    stack, _ = told
    data = {"cpr": CPR, "afgoerelseId": str(uuid.uuid4()), "samtaletype": 7, "dato": "2024-03-01"}
    message = event("akasse:hk", "samtale-fritaget", data, time=START)  # no exemptions in lab-2024
    assert stack.client("akasse:hk").send(message).status == 202
    wait_steps(stack, message["id"], ["accepteret", "afvist"])
    wait_until(lambda: receivers(stack, message["id"]) == {"akasse:hk": ["adresseret"]}, "told so")


def test_nobody_elses(told):
    stack, id = told

    def answered(org, id):
        """503 is the gateway's answer while the console gives none."""
        answer = stack.client(org).ladder(id)
        assert answer.status != 503, answer
        return answer.status

    for org, what in (("kommune:0461", id), ("akasse:hk", "unknown")):
        assert wait_until(lambda org=org, what=what: answered(org, what), "an answer") == 404


def test_odd_records_are_passed_over(told):
    stack, id = told
    before = stack.metrics("console")["parloeb_console_odd_records_total"]
    produce(stack.kafka, "parloeb.svar", b"garbage", key=b"x")
    produce(stack.kafka, "parloeb.ud", b"", key=b"nobody", headers=[("ce_id", b"\xff\x00")])
    wait_until(lambda: stack.metrics("console")["parloeb_console_odd_records_total"] >= before + 2,
               "both counted")
    wait_steps(stack, id, ["accepteret", "behandlet"])


def everything(stack, forloeb):
    """What the console has on its pages, but for how far behind it is just now: each transaction
    of the other services moves the ends of their topics once more when it commits."""
    pages = [api(stack).get(path).json() for path in
             (f"/forloeb/{forloeb}", "/leveringer", "/leveringer?status=haandteret", "/status")]
    del pages[-1]["bagud"]
    return pages


def forloeb_of(stack, id):
    rows = stack.cli_json("trace", "--haendelse", id)["haendelser"]
    return next(row["forloebId"] for row in rows if row["id"] == id)


def test_built_again_from_nothing_is_the_same(told):
    stack, id = told
    forloeb = forloeb_of(stack, id)
    stack.settled()
    before, ladder_before = everything(stack, forloeb), own_ladder(stack, id)
    assert before[0]["haendelser"] and before[0]["leveringer"]
    stack.kill("console")
    stack.start()
    stack.settled()
    assert everything(stack, forloeb) == before
    assert own_ladder(stack, id) == ladder_before
    wait_until(lambda: ladder(stack, id) == ladder_before, "the gateway tells the same")


def test_gateway_answers_without_it(told):
    stack, _ = told
    data = {"cpr": CPR, "dagpengemaaned": "2024-02", "udbetalteTimer": 2}
    message = event("akasse:hk", "timer-indberettet", data, time="2024-03-01T09:00:00+01:00")
    stack.stop("console")
    try:
        assert stack.client("akasse:hk").send(message).status == 202
        assert steps(ladder(stack, message["id"])["trin"]) == ["accepteret"]
    finally:
        stack.start()
    wait_until(lambda: "behandlet" in steps(ladder(stack, message["id"])["trin"]), "behandlet")


def test_waits_for_kafka_at_its_start(told):
    """Started while Kafka is away it waits, and builds the same when Kafka is back."""
    stack, id = told
    stack.settled()
    before = own_ladder(stack, id)
    stack.kafka_kill()
    stack.kill("console")
    config = stack.dir / "config/parloeb.yaml"
    stack.daemon("console").start([stack.program("parloeb-console"), "--config", config])
    wait_until(lambda: "waiting for Kafka's topics" in stack.log("console"), "the console waits")
    stack.kafka_start()
    stack.wait_ready("console")
    wait_until(lambda: ladder(stack, id) == before, "the same ladder")


@pytest.mark.parametrize("path, status", [
    ("/nothing", 404), ("/haendelse?id=x", 400), ("/haendelse?id=x&organisation=hk", 400),
    ("/haendelse?id=x&organisation=akasse:hk", 404), ("/forloeb/x", 400),
    (f"/forloeb/{uuid.UUID(int=1)}", 404), ("/leveringer?organisation=hk", 400),
    ("/leveringer?status=none", 200)])
def test_api_refuses(told, path, status):
    assert api(told[0]).get(path).status == status


def test_api_reads_only(told):
    assert api(told[0]).post("/status", {}).status == 404


def test_no_cpr_number_anywhere(told):
    stack, id = told
    texts = [stack.log("console"), str(stack.metrics("console")), str(own_ladder(stack, id)),
             str(everything(stack, forloeb_of(stack, id)))]
    assert not [t for t in texts if CPR in t]
