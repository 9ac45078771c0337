"""
Competency questions about document 000, the table of new measures.

The answers were read from the text, row by row, before any query was run: the printed names of the responsible in their
order, the words of the schedule, the intents.
"""

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Read:
    """One row as read: printed names with the actors they name, words of the schedule, intents."""

    responsible: tuple[tuple[str, str], ...]
    schedule: str
    themes: tuple[str, ...]


FM, KF = ("FM", "mof"), ("Kommunförbundet", "kuntaliitto")
SK, HANSEL, ANM = ("Statskontoret", "state-treasury"), ("Hansel Ab", "hansel"), ("ANM", "mee")
KEINO, HAUS = ("KEINO", "keino"), ("HAUS kehittämiskeskus Oy", "haus")
ADVICE = ("Rådgivningsenheten för offentlig upphandling", "procurement-advice-unit")
HILMA = ("Hilma", "hilma-team")

PRESS_RELEASE = (
    "https://mmm.fi/sv/-/en-utredning-om-livsmedelsupphandling-som-tar-hansyn-till-den-biologiska-"
    "mangfalden-har-blivit-klar"
)
ROWS = {
    1: Read((FM, KF, HANSEL, SK), "10/2022–5/2023", ("t1",)),
    2: Read((FM, KF), "2023", ("t1",)),
    3: Read((FM, KF), "2023", ("t1",)),
    4: Read((FM, KF), "2023", ("t1",)),
    5: Read(
        (FM, KF, ("SHM", "msah"), ANM, ADVICE,
         ("KEINO (Kompetenscentrum för hållbar & innovativ offentlig upphandling)", "keino"),
         HANSEL, SK, ("Välfärdsområdena", "wellbeing-counties")), "2023", ("t1",)),
    6: Read((FM, KF, HAUS), "10/2022 ->", ("t2",)),
    7: Read((FM, KF, SK), "2023 ->", ("t2",)),
    8: Read((FM, KF, HAUS), "10/2022 ->", ("t2",)),
    9: Read((FM, KF), "2023", ("t2",)),
    10: Read((FM, KF), "11/2022 ->", ("t2",)),
    11: Read((FM, KF), "10/2022–5/2023", ("t2",)),
    12: Read((("Jyväskylä universitet", "jyu"), KF), "10/2022–3/2023", ("t3",)),
    13: Read((FM, KF, SK), "12/2022 ->", ("t3",)),
    14: Read((SK, KF, FM, HANSEL), "11/2022–1/2023", ("t3",)),
    15: Read((FM, SK, HANSEL), "9/2023–12/2023", ("t3",)),
    16: Read((SK, FM, KF, ("Upphandlad konsult", "x-m16")), "12/2022– 5/2023", ("t3",)),
    17: Read((ANM, ("extern tjänsteproducent", "x-m17")), "Början av 2023", ("t4",)),
    18: Read((FM, KF, ("PTC Services Oy", "ptc"), ("ICT-branschen", "ict-sector")), "9/2022–2/2023", ("t4",)),
    19: Read((ANM, FM, HILMA, ADVICE), "Slutet av 2022 och början av 2023", ("t4",)),
    20: Read((ANM, KEINO, ("Innostäderna", "innocities")), "2/2023 ->", ("t5",)),
    21: Read((ANM, KEINO), "1/2023 ->", ("t5",)),
    22: Read((KEINO, ("Futucast", "futucast")), "10/2022-3/2023", ("t5",)),
    23: Read((FM, KF, ("Regionförvaltningsverken", "avi")), "2023", ("t6",)),
    24: Read((FM, KF, ("Konkurrens- och konsumentverket", "kkv")), "2022 ->", ("t6",)),
    25: Read((FM, KF, HILMA), "9/2022–5/2023", ("t6", "t4")),
    26: Read((FM, KF), "12/2022-10/2023", ("t6",)),
    27: Read(
        (ADVICE, ("Kompetenscentret för sociala företag", "social-enterprise-centre"), ANM), "9/2022-5/2023", ("t7",)),
    28: Read(
        (FM, KF, ("samupphandlingsenheter", "joint-procurement-units"), ("upphandlingsringar", "procurement-rings")),
        "9/2022-5/2023", ("t7",)),
    29: Read((FM, KF, HANSEL, ("HEUNI (Europeiska institutet för kriminalpolitik)", "heuni")), "2022 ->", ("t7",)),
    30: Read((ANM, ("Motiva Oy", "motiva"), KEINO), "2021–2023", ("t8", "t5")),
    31: Read(
        (("JSM", "maf"), ("Gaia Consulting Oy", "gaia"), ("Pellervon taloustutkimus PTT", "ptt")), "2022", ("t8",)),
    32: Read((("Tammerfors stad", "tampere"),), "2022–2023", ("t8",)),
}  # fmt: skip


def _measure(number: int) -> str:
    return f"measure/ap22-m{number:02}"


def _measures(*numbers: int) -> set[str]:
    return {_measure(number) for number in numbers}


def test_there_are_32_new_measures_spread_over_eight_intents(facts: Any) -> None:
    """CQ1: the action programme contains 32 new measures; the intents have 5, 6, 5, 4, 4, 4, 3 and 3 of them."""
    found = [row for row in facts("cq-01-measures-per-intent") if row["programme"] == "programme/hankinta-suomi"]

    assert {"32"} == {row["measures"] for row in found}
    assert {
        "Strategisk ledning": "5",
        "Utveckling av upphandlingskompetens": "6",
        "Kunskapsbaserad ledning och verkningsfullhet": "5",
        "Fungerande upphandlingar": "4",
        "Innovationer": "4",
        "Ekonomisk hållbarhet": "4",
        "Social hållbarhet": "3",
        "Ekologisk hållbarhet": "3",
    } == {row["themeName"]: row["serving"] for row in found}


def test_two_measures_serve_two_intents(facts: Any) -> None:
    """CQ2: row 25 names economic sustainability and well-functioning procurement, row 30 ecology and innovation."""
    assert {
        (_measure(25), "Ekonomisk hållbarhet"),
        (_measure(25), "Fungerande upphandlingar"),
        (_measure(30), "Ekologisk hållbarhet"),
        (_measure(30), "Innovationer"),
    } == {(row["measure"], row["themeName"]) for row in facts("cq-02-measures-with-several-intents")}


@pytest.mark.parametrize("number", ROWS)
def test_responsible_actors_stand_in_their_printed_order(number: int, facts: Any) -> None:
    """CQ3: every row names its responsible actors, in this order and with these words."""
    found = facts("cq-03-responsible-actors-in-order", measure=_measure(number))

    assert [
        (str(order), f"actor/{key}", name) for order, (name, key) in enumerate(ROWS[number].responsible, start=1)
    ] == [(row["order"], row["actor"], row["actorName"]) for row in found]


def test_actors_are_counted_by_their_measures(facts: Any) -> None:
    """CQ4: the Ministry of Finance answers for 23 measures, Kommunförbundet for 22, twenty actors for one."""
    expected = Counter(f"actor/{key}" for row in ROWS.values() for _, key in row.responsible)
    found = {row["actor"]: int(row["measures"]) for row in facts("cq-04-measures-per-actor")}

    assert {"actor/mof": 23, "actor/kuntaliitto": 22, "actor/state-treasury": 7, "actor/mee": 7, "actor/hansel": 5,
            "actor/keino": 5, "actor/procurement-advice-unit": 3, "actor/haus": 2, "actor/hilma-team": 2} == {
        actor: count for actor, count in expected.items() if count > 1}  # fmt: skip
    assert expected == found


def test_eight_measures_do_without_the_two_leading_actors(facts: Any) -> None:
    """CQ5: rows 17, 20 to 22, 27 and 30 to 32 involve neither the Ministry of Finance nor Kommunförbundet."""
    found = facts("cq-05-measures-without-finance-ministry-and-municipalities")

    assert _measures(17, 20, 21, 22, 27, 30, 31, 32) == {row["measure"] for row in found}


def test_finance_ministry_and_municipalities_cooperate_most(facts: Any) -> None:
    """CQ6: the Ministry of Finance and Kommunförbundet share 21 measures; these pairs share more than one."""
    found = facts("cq-06-cooperating-actors")

    assert {
        ("kuntaliitto", "mof"): 21,
        ("mof", "state-treasury"): 7,
        ("kuntaliitto", "state-treasury"): 6,
        ("hansel", "mof"): 5,
        ("hansel", "kuntaliitto"): 4,
        ("hansel", "state-treasury"): 4,
        ("keino", "mee"): 4,
        ("mee", "procurement-advice-unit"): 3,
        ("mee", "mof"): 2,
        ("mof", "procurement-advice-unit"): 2,
        ("haus", "mof"): 2,
        ("haus", "kuntaliitto"): 2,
        ("hilma-team", "mof"): 2,
    } == {
        tuple(sorted(row[end].removeprefix("actor/") for end in ("actor", "partner"))): int(row["measures"])
        for row in found
        if int(row["measures"]) > 1
    }
    assert {"actor/mof", "actor/kuntaliitto"} == {found[0]["actor"], found[0]["partner"]}


def test_network_of_wellbeing_counties_has_most_responsible_and_tampere_stands_alone(facts: Any) -> None:
    """CQ7: row 5 has nine responsible actors, more than any other; row 32 alone has one."""
    found = facts("cq-07-most-and-fewest-responsible-actors")

    assert [(_measure(5), "9"), (_measure(32), "1")] == [(row["measure"], row["actors"]) for row in found]


def test_groups_and_unnamed_are_no_organisations(facts: Any) -> None:
    """CQ8: eight of the responsible parties of document 000 are groups or have no name."""
    found = [
        row for row in facts("cq-08-responsible-without-organisation") if row["measure"].startswith("measure/ap22-")
    ]

    assert {
        (_measure(5), "Välfärdsområdena", "ActorGroup"),
        (_measure(16), "Upphandlad konsult", "UnnamedActor"),
        (_measure(17), "extern tjänsteproducent", "UnnamedActor"),
        (_measure(18), "ICT-branschen", "ActorGroup"),
        (_measure(20), "Innostäderna", "ActorGroup"),
        (_measure(23), "Regionförvaltningsverken", "ActorGroup"),
        (_measure(28), "samupphandlingsenheter", "ActorGroup"),
        (_measure(28), "upphandlingsringar", "ActorGroup"),
    } == {(row["measure"], row["actorName"], row["class"]) for row in found}


def test_nine_measures_are_open_ended(facts: Any) -> None:
    """CQ9: the rows whose schedule ends in an arrow, with the day on which each begins."""
    found = facts("cq-09-open-ended-measures")

    assert {
        (_measure(6), "2022-10-01"), (_measure(7), "2023-01-01"), (_measure(8), "2022-10-01"),
        (_measure(10), "2022-11-01"), (_measure(13), "2022-12-01"),
        (_measure(20), "2023-02-01"), (_measure(21), "2023-01-01"),
        (_measure(24), "2022-01-01"), (_measure(29), "2022-01-01"),
    } == {(row["measure"], row["start"]) for row in found}  # fmt: skip
    assert {_measure(number): row.schedule for number, row in ROWS.items() if row.schedule.endswith("->")} == {
        row["measure"]: row["verbatim"] for row in found
    }


@pytest.mark.parametrize(
    ("day", "running"),
    [
        ("2022-12-31", {1, 6, 8, 10, 11, 12, 13, 14, 16, 18, 19, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32}),
        ("2023-08-01", {2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 20, 21, 23, 24, 26, 29, 30, 32}),
        ("2021-06-30", {30}),
        ("2020-12-31", set()),
    ],
)
def test_measures_run_on_a_day(day: str, running: set[int], facts: Any) -> None:
    """CQ10: what runs on the day, read from the schedules: years from January to December, open ends for ever."""
    found = facts("cq-10-measures-running-on-a-day", day=day)

    assert _measures(*running) == {row["measure"] for row in found}


def test_six_measures_end_on_the_last_of_may(facts: Any) -> None:
    """CQ11: rows 1, 11, 16, 25, 27 and 28 end exactly at 31 May 2023, and seven have ended before."""
    found = facts("cq-11-measures-ending-by-a-day", day="2023-05-31")

    assert _measures(1, 11, 16, 25, 27, 28) == {row["measure"] for row in found if row["exactly"] == "true"}
    assert _measures(12, 14, 17, 18, 19, 22, 31) == {row["measure"] for row in found if row["exactly"] == "false"}


def test_fourteen_schedules_are_less_precise_than_a_month(facts: Any) -> None:
    """CQ12: twelve rows give years, two give parts of years."""
    found = facts("cq-12-imprecise-schedules")

    assert {
        **{_measure(number): ("year", ROWS[number].schedule) for number in (2, 3, 4, 5, 7, 9, 23, 24, 29, 30, 31, 32)},
        **{_measure(number): ("part-of-year", ROWS[number].schedule) for number in (17, 19)},
    } == {row["measure"]: (row["precision"], row["verbatim"]) for row in found}


def test_measures_of_document_000_use_hilma(facts: Any) -> None:
    """CQ13: row 15 builds a calendar into Hilma, row 19 informs there; the Hilma of row 25 is an actor."""
    found = [row["measure"] for row in facts("cq-13-measures-with-hilma") if row["measure"].startswith("measure/ap22-")]

    assert [_measure(15), _measure(19)] == found


def test_action_plan_supports_the_architecture(facts: Any) -> None:
    """CQ25: in so many words, only the plan of row 14 helps another measure: the architecture of row 16."""
    found = facts("cq-25-dependencies-within-the-programme")

    assert {(_measure(14), "contributes", _measure(16))} == {
        (row["from"], row["type"], row["to"]) for row in found if row["mode"] == "stated"
    }


def test_architecture_begins_before_the_plan_that_supports_it_is_done(facts: Any) -> None:
    """CQ26: row 16 begins in December 2022, and the plan of row 14 ends in January 2023."""
    found = {(row["needing"], row["begins"], row["needed"], row["ends"]) for row in facts("cq-26-schedule-tensions")}

    assert (_measure(16), "2022-12-01", _measure(14), "2023-01-31") in found
    assert not {row for row in found if row[0] == "phase/toimi-2" and row[2] == "phase/toimi-1"}


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        (2, {"report", "recommendation"}),
        (11, {"handbook"}),
        (14, {"action-plan"}),
        (16, {"architecture"}),
        (17, {"report", "roadmap"}),
        (22, {"podcast"}),
        (23, {"instructions"}),
        (26, {"report", "instructions"}),
        (30, {"databank"}),
    ],
)
def test_deliverables_are_promised_by_those_responsible(number: int, kinds: set[str], facts: Any) -> None:
    """CQ27: what a row promises, of which kind, and by all who answer for the row."""
    found = [row for row in facts("cq-27-promised-deliverables") if row["measure"] == _measure(number)]

    assert kinds == {row["kind"] for row in found}
    assert {("own", f"actor/{key}") for _, key in ROWS[number].responsible} == {
        (row["how"], row["actor"]) for row in found
    }


def test_rows_make_so_many_things(facts: Any) -> None:
    """Counted row by row: rows 4, 5 and 24 make nothing, rows 27 and 29 make three things each."""
    found = Counter(row["producedBy"] for row in facts("deliverables") if "/ap22-" in row["producedBy"])
    two = {1, 2, 3, 13, 17, 18, 25, 26, 28}

    assert {
        _measure(number): 3 if number in {27, 29} else 2 if number in two else 1
        for number in ROWS
        if number not in {4, 5, 24}
    } == found


def test_instructions_of_row_26_rest_on_its_study(facts: Any) -> None:
    """The text itself ("utifrån utredningen") makes the instructions wait for the study."""
    found = {(row["from"], row["type"], row["to"], row["mode"], row["source"]) for row in facts("dependencies")}

    assert (
        "deliverable/ap22-m26-instructions",
        "requires",
        "deliverable/ap22-m26-report",
        "stated",
        "000",
    ) in found


def test_three_pages_are_linked_from_the_table(facts: Any) -> None:
    """CQ28: rows 21, 22 and 31 link to a report, a podcast and a press release."""
    found = [row for row in facts("cq-28-external-pages") if row["source"] == "000"]

    assert {
        (_measure(21), "https://tietokayttoon.fi/-/kestavien-ja-innovatiivisten-hankintojen-riskien-jakaminen-kiri-"),
        (_measure(22), "https://www.hankintakeino.fi/fi/podcast"),
        (_measure(31), PRESS_RELEASE),
    } == {(row["citedBy"], row["url"]) for row in found}


def test_every_claim_of_a_row_leads_to_its_lines(facts: Any) -> None:
    """CQ29: row 14 stands in lines 278 to 298; what it says of actors and time is found within them, in Swedish."""
    found = [row for row in facts("cq-29-where-is-it-stated", thing=_measure(14)) if row["source"] == "000"]

    assert {"measure/ap22-m14", *(f"involvement/ap22-m14-r{n}" for n in range(1, 5)), "schedule/ap22-m14-s1"} <= {
        row["statement"] for row in found
    }
    assert all(278 <= int(row["startLine"]) <= int(row["endLine"]) <= 298 for row in found)
    assert {"http://publications.europa.eu/resource/authority/language/SWE"} == {row["language"] for row in found}
    modes = {row["statement"]: row["mode"] for row in found}
    assert ("stated", "normalised") == (modes["involvement/ap22-m14-r1"], modes["schedule/ap22-m14-s1"])


def test_measures_query_gives_the_schedules_as_printed(facts: Any) -> None:
    """Source 000 is the 32 rows of the table and nothing else, each with its words of time and in three languages."""
    found = [row for row in facts("measures") if row["source"] == "000"]

    assert {_measure(number): row.schedule for number, row in ROWS.items()} == {
        row["measure"]: row["verbatim"] for row in found
    }
    assert set(itertools.product(map(_measure, ROWS), ("fi", "sv", "en"))) == {
        (row["measure"], row["lang"]) for row in found
    }
    assert {"Measure"} == {row["kind"] for row in found}


def test_measure_themes_are_those_of_the_rows(facts: Any) -> None:
    """The intents of every row, 34 in all."""
    found = {
        (row["measure"], row["theme"]) for row in facts("measure-themes") if row["measure"].startswith("measure/ap22-")
    }

    assert {(_measure(number), f"theme/{key}") for number, row in ROWS.items() for key in row.themes} == found
