"""
Every saved query on the small world of ``toys/world.trig``: what it finds, and by that what it passes over.

Rows are whole: a row that a query should not give fails the test as much as one that it misses.
"""

from typing import Any

import pytest

from sparql.queries import saved

EXPECTED: dict[str, set[tuple[str, ...]]] = {
    "measures": {
        # One row for each title; the schedule's own values; of document 000 the rows alone, programmes of none.
        ("measure/m1", "m1", "000", "m1-sv", "sv", "Measure", "programme/p", "planned",
         "10/2022–5/2023", "2022-10/2023-05", "2022-10-01", "2023-05-31", "false"),
        ("measure/m1", "m1", "000", "m1-fi", "fi", "Measure", "programme/p", "planned",
         "10/2022–5/2023", "2022-10/2023-05", "2022-10-01", "2023-05-31", "false"),
        ("measure/m1", "m1", "000", "m1-en", "en", "Measure", "programme/p", "planned",
         "10/2022–5/2023", "2022-10/2023-05", "2022-10-01", "2023-05-31", "false"),
        ("measure/m2", "m2", "000", "m2-sv", "sv", "Measure", "programme/p", "planned",
         "2023 ->", "2023/..", "2023-01-01", "", "true"),
        ("measure/m3", "m3", "000", "m3-sv", "sv", "Measure", "programme/p", "",
         "3/2022", "2022-03", "2022-03-01", "2022-03-31", "false"),
        *(("measure/g1", "1", "004", f"g1-{lang}", lang, "Measure", "package/a", "",
           "1/2023 saakka", "../2023-01", "", "2023-01-31", "false")
          for lang in ("fi", "sv", "en")),
        ("measure/g2", "2", "004", "g2-fi", "fi", "Measure", "package/a", "", "", "", "", "", ""),
        ("measure/g1-s1", "", "004", "g1-s1-fi", "fi", "SubMeasure", "measure/g1", "", "", "", "", "", ""),
        ("plan/k", "", "004", "k-fi", "fi", "ActionPlan", "", "", "", "", "", "", ""),
        ("package/a", "A", "004", "a-fi", "fi", "MeasurePackage", "plan/k", "", "", "", "", "", ""),
        ("objective/o", "", "004", "o-fi", "fi", "Objective", "programme/p", "", "", "", "", "", ""),
        ("programme/p", "", "", "p-sv", "sv", "Programme", "", "", "", "", "", "", ""),
        ("programme/p", "", "", "p-fi", "fi", "Programme", "", "", "", "", "", "", ""),
        ("strategy/s", "", "004", "s-fi", "fi", "Strategy", "", "", "", "", "", "", ""),
        ("project/toimi", "", "", "toimi-sv", "sv", "Project", "", "",
         "januari 2021", "2021-01", "2021-01-01", "2021-01-31", "false"),
        ("project/other", "", "", "other-sv", "sv", "Project", "", "", "", "", "", "", ""),
    },
    "responsibilities": {
        # Nothing inherited, nobody heard at an event.
        ("measure/m1", "m1", "1", "actor/mof", "FM", "responsible"),
        ("measure/m1", "m1", "2", "actor/kuntaliitto", "Kommunförbundet", "responsible"),
        ("measure/m2", "m2", "1", "actor/group", "", "responsible"),
        ("measure/m2", "m2", "1", "actor/company", "", "consulted"),
        ("measure/m3", "m3", "1", "actor/mof", "", "responsible"),
        ("measure/m3", "m3", "2", "actor/kuntaliitto", "", "responsible"),
        ("measure/m3", "m3", "3", "actor/company", "", "responsible"),
        ("measure/g1", "1", "1", "actor/mof", "", "responsible"),
        ("measure/g1-s1", "", "1", "actor/company", "yhtiö", "participant"),
        ("package/a", "A", "1", "actor/company", "", "responsible"),
        ("project/toimi", "", "1", "actor/mof", "Ministeriet", "principal"),
        ("project/other", "", "", "actor/mof", "", "principal"),
    },
    "measure-themes": {
        ("measure/m1", "m1", "theme/t1", "t1-sv"),
        ("measure/m1", "m1", "theme/t2", "t2-sv"),
        ("measure/m2", "m2", "theme/t1", "t1-sv"),
    },
    "actors": {
        ("actor/mof", "mof-sv", "sv", "preferred", "ministry"),
        ("actor/mof", "mof-fi", "fi", "preferred", "ministry"),
        ("actor/mof", "FM", "sv", "alternative", "ministry"),
        ("actor/mof", "VM", "fi", "alternative", "ministry"),
        ("actor/kuntaliitto", "kuntaliitto-sv", "sv", "preferred", "association"),
        ("actor/company", "company-fi", "fi", "preferred", "company"),
        ("actor/company", "company-sv", "sv", "preferred", "company"),
        ("actor/group", "group-sv", "sv", "preferred", "group"),
    },
    "memberships": {("actor/company", "company-fi", "actor/group", "group-sv")},
    "dependencies": {
        ("measure/m1", "m1-sv", "contributes", "measure/m2", "m2-sv", "stated", "000", "rad 1"),
        ("measure/m2", "m2-sv", "uses", "service/hilma", "Hilma", "inferred", "000", "rad 1"),
        ("measure/m2", "m2-sv", "uses", "service/hilma", "Hilma", "inferred", "004", "4 A 1"),
        ("measure/m2", "m2-sv", "follows", "measure/g1", "g1-fi", "inferred", "", ""),
        ("measure/g1", "g1-fi", "funding-condition", "decision/pending", "pending-fi", "", "", ""),
        ("project/toimi", "toimi-sv", "follows", "decision/made", "made-sv", "", "", ""),
        ("service/hankintaluotsi", "Luotsi", "requires", "service/hilma", "Hilma", "", "", ""),
        ("service/hankintaluotsi", "Luotsi", "uses", "instrument/law", "law-sv", "", "", ""),
    },
    "services": {
        *(("service/hilma", "Hilma", lang, "information-system", user)
          for lang in ("fi", "sv") for user in ("measure/m2", "service/hankintaluotsi")),
        ("service/hankintaluotsi", "Lotsen", "sv", "", ""),
        ("service/hankintaluotsi", "Luotsi", "fi", "", ""),
        ("instrument/law", "law-sv", "sv", "law", "service/hankintaluotsi"),
        ("decision/made", "made-sv", "sv", "decision", "project/toimi"),
        ("decision/pending", "pending-fi", "fi", "decision", "measure/g1"),
        ("decision/pending", "pending-sv", "sv", "decision", "measure/g1"),
    },
    "deliverables": {
        ("deliverable/m1-view", "view-sv", "digital-view", "measure/m1"),
        ("deliverable/g1-s1-report", "report-fi", "report", "measure/g1-s1"),
    },
    "indicators": {
        ("indicator/i", "i-fi", "target", "10", "percent", "", "method/survey"),
        ("indicator/i", "i-fi", "baseline", "5", "percent", "2018", ""),
    },
    "events": {
        ("event/hearing", "hearing-fi", "2020-02-25", "plan/k"),
        ("event/term", "term-fi", "", "objective/o"),
    },
    "figures": {("figure/n", "n-sv", "6", "count", "sex", "000")},
    "cq-01-measures-per-intent": {
        ("programme/p", "3", "theme/t1", "t1-sv", "2"),
        ("programme/p", "3", "theme/t2", "t2-sv", "1"),
    },
    "cq-02-measures-with-several-intents": {
        ("measure/m1", "m1-sv", "theme/t1", "t1-sv"),
        ("measure/m1", "m1-sv", "theme/t2", "t2-sv"),
    },
    "cq-03-responsible-actors-in-order": {
        ("measure/m1", "1", "actor/mof", "FM"),
        ("measure/m1", "2", "actor/kuntaliitto", "Kommunförbundet"),
        ("measure/m2", "1", "actor/group", ""),
        ("measure/m3", "1", "actor/mof", ""),
        ("measure/m3", "2", "actor/kuntaliitto", ""),
        ("measure/m3", "3", "actor/company", ""),
        ("measure/g1", "1", "actor/mof", ""),
        ("package/a", "1", "actor/company", ""),
    },
    "cq-04-measures-per-actor": {
        ("actor/mof", "mof-sv", "2"),
        ("actor/kuntaliitto", "kuntaliitto-sv", "2"),
        ("actor/company", "company-fi", "1"),
        ("actor/group", "group-sv", "1"),
    },
    "cq-05-measures-without-finance-ministry-and-municipalities": {("measure/m2", "m2-sv")},
    "cq-06-cooperating-actors": {
        ("actor/kuntaliitto", "kuntaliitto-sv", "actor/mof", "mof-sv", "2"),
        ("actor/company", "company-fi", "actor/mof", "mof-sv", "1"),
        ("actor/company", "company-fi", "actor/kuntaliitto", "kuntaliitto-sv", "1"),
    },
    "cq-07-most-and-fewest-responsible-actors": {("measure/m3", "m3-sv", "3"), ("measure/m2", "m2-sv", "1")},
    "cq-08-responsible-without-organisation": {("measure/m2", "actor/group", "", "ActorGroup", "stated")},
    "cq-09-open-ended-measures": {("measure/m2", "m2-sv", "2023 ->", "2023-01-01")},
    "cq-10-measures-running-on-a-day": {("2022-12-31", "measure/m1", "m1-sv", "2022-10-01", "2023-05-31")},
    "cq-11-measures-ending-by-a-day": {
        ("2023-05-31", "measure/m1", "m1-sv", "2023-05-31", "true"),
        ("2023-05-31", "measure/m3", "m3-sv", "2022-03-31", "false"),
    },
    "cq-12-imprecise-schedules": {("measure/m2", "m2-sv", "2023 ->", "2023/..", "year")},
    "cq-13-measures-with-hilma": {("measure/m2", "m2-sv", "uses", "inferred")},
    "cq-14-before-using-upphandlingslotsen": {("service/hankintaluotsi", "service/hilma", "Hilma")},
    "cq-15-waiting-for-funding": {
        ("decision/pending", "pending-fi", "measure/g1", "g1-fi", "stated"),
        ("decision/pending", "pending-fi", "measure/g1-s1", "g1-s1-fi", "inherited"),
    },
    "cq-16-target-baseline-and-method": {
        ("indicator/i", "target", "10", "percent", "10 prosenttiin", "", "term-fi", "method/survey", "survey-fi"),
        ("indicator/i", "baseline", "5", "percent", "", "2018", "", "", ""),
    },
    "cq-17-sources-of-follow-up": {("indicator/i", "method/survey", "survey-fi", "004", "4 A 1")},
    "cq-18-structure-of-the-plan": {
        ("plan/k", "package/a", "A", "MeasurePackage", "plan/k", "1", "a-fi"),
        ("plan/k", "measure/g1", "1", "Measure", "package/a", "1", "g1-fi"),
        ("plan/k", "measure/g2", "2", "Measure", "package/a", "2", "g2-fi"),
        ("plan/k", "measure/g1-s1", "", "SubMeasure", "measure/g1", "1", "g1-s1-fi"),
    },
    "cq-19-groups-and-their-responsible-bodies": {
        ("measure/g1", "1", "own", "1", "actor/mof", "mof-sv"),
        ("measure/g2", "2", "inherited", "", "actor/company", "company-fi"),
    },
    "cq-20-sub-measures-with-own-actors": {("measure/g1-s1", "g1-s1-fi", "participant", "1", "actor/company", "yhtiö")},
    "cq-21-parties-of-toimi": {("project/toimi", "toimi-sv", "principal", "1", "actor/mof", "Ministeriet", "stated")},
    "cq-22-timeline-of-toimi": {
        ("decision/made", "made-sv", "", "2020-09", "2020-09-01", ""),
        ("project/toimi", "toimi-sv", "januari 2021", "2021-01", "2021-01-01", "2021-01-31"),
    },
    "cq-23-cascade-of-goals": {
        ("objective/o", "o-fi", "isPartOf", "programme/p", "p-sv"),
        ("plan/k", "k-fi", "implements", "programme/p", "p-sv"),
    },
    "cq-24-continuations": {("measure/m2", "m2-sv", "follows", "measure/g1", "g1-fi", "inferred")},
    "cq-25-dependencies-within-the-programme": {
        ("measure/m1", "m1-sv", "contributes", "measure/m2", "m2-sv", "", "stated"),
    },
    "cq-26-schedule-tensions": {
        ("measure/m2", "m2-sv", "2023-01-01", "measure/m1", "m1-sv", "2023-05-31", "contributes", "stated"),
        ("measure/m2", "m2-sv", "2023-01-01", "measure/g1", "g1-fi", "2023-01-31", "follows", "inferred"),
    },
    "cq-27-promised-deliverables": {
        ("deliverable/m1-view", "view-sv", "digital-view", "measure/m1", "own", "actor/mof", "mof-sv"),
        ("deliverable/m1-view", "view-sv", "digital-view", "measure/m1", "own", "actor/kuntaliitto", "kuntaliitto-sv"),
        ("deliverable/g1-s1-report", "report-fi", "report", "measure/g1-s1", "inherited", "actor/mof", "mof-sv"),
    },
    "cq-28-external-pages": {("page/x", "x-sv", "https://x.example/", "measure/m1", "000")},
    "cq-30-preparation-and-approval": {
        ("plan/k", "event/hearing", "hearing-fi", "hearing", "2020-02-25", "2020-02-25", "2020-02-25",
         "consulted", "1", "actor/group", "ryhmä"),
    },
}  # fmt: skip


@pytest.mark.parametrize("slug", sorted(EXPECTED))
def test_query_gives_these_rows_and_no_others(slug: str, toys: Any) -> None:
    """A saved query finds what it should in the small world, and nothing that is merely like it."""
    found = [tuple(row.values()) for row in toys(slug)]

    assert EXPECTED[slug] == set(found)
    assert len(EXPECTED[slug]) == len(found), "a pair gives one row"


def test_place_of_a_statement_is_given_with_its_words(toys: Any) -> None:
    """Asked where a measure is stated, the answer names rows, lines and words of the measure and of what binds it."""
    found = {tuple(row.values()) for row in toys("cq-29-where-is-it-stated", thing="measure/m1")}
    swedish = "http://publications.europa.eu/resource/authority/language/SWE"

    assert {
        ("measure/m1", "measure/m1", "", "", "000", swedish, "rad 1", "7", "18", "ett skapas"),
        ("measure/m1", "involvement/m1-r1", "actor/mof", "stated", "000", swedish, "rad 1", "7", "18", "ett skapas"),
        ("measure/m1", "dependency/m1-contributes-m2", "measure/m2", "stated", "000", swedish, "rad 1", "7", "18",
         "ett skapas"),
    } == found  # fmt: skip


def test_every_saved_query_has_its_toys() -> None:
    """No saved query goes without data that it should and data that it should not match."""
    assert set(saved()) == {*EXPECTED, "cq-29-where-is-it-stated"}


def test_given_day_takes_the_place_of_the_default(toys: Any) -> None:
    """On another day something else runs: what is open-ended goes on, what has ended does not."""
    found = [tuple(row.values()) for row in toys("cq-10-measures-running-on-a-day", day="2023-08-01")]

    assert [("2023-08-01", "measure/m2", "m2-sv", "2023-01-01", "")] == found


def test_given_measure_leaves_the_others_out(toys: Any) -> None:
    """Asked about one measure, the answer is about that measure."""
    found = [tuple(row.values()) for row in toys("cq-03-responsible-actors-in-order", measure="measure/m1")]

    assert [
        ("measure/m1", "1", "actor/mof", "FM"),
        ("measure/m1", "2", "actor/kuntaliitto", "Kommunförbundet"),
    ] == found
