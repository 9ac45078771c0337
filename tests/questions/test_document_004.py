"""
Competency questions about document 004, plan TEM 2021:34. The answers were read from the text.
"""

import re
from collections import Counter
from typing import Any

DECISION = "decision/keino-continued-funding"
OWN = {
    "1": ["actor/ministries"],
    "2": ["actor/mee", "actor/moe", "actor/mof", "actor/ministries"],
    "3": ["actor/mee", "actor/ministries"],
    "4": ["actor/keino"],
    "5": ["actor/mee", "actor/mof", "actor/moe"],
    "6": ["actor/mee", "actor/keino"],
}
"""The bodies in brackets after the headings of groups 1 to 6; groups 7 to 10 have none, package B has KEINO."""


def test_groups_are_responsible_without_organisation(facts: Any) -> None:
    """CQ8: "Ministeriöt", twice "muut ministeriöt" and "kaupungit" are groups."""
    found = [
        row for row in facts("cq-08-responsible-without-organisation") if row["measure"].startswith("measure/tem34-")
    ]

    assert {
        ("measure/tem34-g01", "Ministeriöt"),
        ("measure/tem34-g02", "muut ministeriöt"),
        ("measure/tem34-g03", "muut ministeriöt"),
        ("measure/tem34-g03-s2", "kaupungit"),
    } == {(row["measure"], row["actorName"]) for row in found}


def test_two_measures_of_the_plan_use_hilma(facts: Any) -> None:
    """CQ13: the automated survey asks those who used Hilma, and the target is followed from Hilma."""
    found = [
        row["measure"] for row in facts("cq-13-measures-with-hilma") if row["measure"].startswith("measure/tem34-")
    ]

    assert ["measure/tem34-g04-s2", "measure/tem34-m2"] == found


def test_plan_three_groups_and_four_items_wait_for_funding(facts: Any) -> None:
    """CQ15: the plan, groups 7 to 9 and the items under their conditions say so; all other parts inherit it."""
    found = [row for row in facts("cq-15-waiting-for-funding") if row["decision"] == DECISION]

    assert {
        "plan/tem34", "measure/tem34-g07", "measure/tem34-g08", "measure/tem34-g09",
        "measure/tem34-g07-c1", "measure/tem34-g08-c1", "measure/tem34-g08-c2", "measure/tem34-g09-c1",
    } == {row["element"] for row in found if row["how"] == "stated"}  # fmt: skip
    inherited = {row["element"] for row in found if row["how"] == "inherited"}
    assert {"package/tem34-a", "package/tem34-b", "measure/tem34-g01-s4-7", "measure/tem34-g10-s2"} <= inherited
    assert not {element for element in inherited if "ap22" in element or "toimi" in element}


def test_target_is_ten_per_cent_by_the_end_of_the_term(facts: Any) -> None:
    """CQ16: ten per cent by the end of the parliamentary term, five in 2018 by KEINO's survey, five aimed at before."""
    found = facts("cq-16-target-baseline-and-method")

    assert {
        ("target", "10", "percent", "", "vaalikauden loppu"),
        ("baseline", "5", "percent", "2018", ""),
        ("earlier-target", "5", "percent", "2015/2018", ""),
    } == {(row["recordType"], row["value"], row["unit"], row["edtf"], row["deadline"]) for row in found}
    assert {"method/keino-survey"} == {row["method"] for row in found if row["recordType"] == "baseline"}


def test_target_is_followed_by_survey_and_hilma(facts: Any) -> None:
    """CQ17: KEINO's survey and the notices in Hilma."""
    found = facts("cq-17-sources-of-follow-up")

    assert {"method/keino-survey", "method/hilma-follow-up"} == {row["method"] for row in found}


def test_plan_has_two_packages_ten_groups_and_their_parts(facts: Any) -> None:
    """CQ18: packages A and B, groups 1 to 6 and 7 to 10, each with so many actions, sub-points and items."""
    found = [row for row in facts("cq-18-structure-of-the-plan") if row["plan"] == "plan/tem34"]
    parts = Counter(
        (group[1], re.sub(r"[0-9]", "", group[2]))
        for row in found
        if (group := re.fullmatch(r"measure/tem34-g([0-9]{2})((?:-[swc]?[0-9]+)+)", row["element"]))
    )

    assert [("A", "package/tem34-a"), ("B", "package/tem34-b")] == [
        (row["code"], row["element"]) for row in found if row["kind"] == "MeasurePackage"
    ]
    assert [("package/tem34-a", str(n)) for n in range(1, 7)] + [("package/tem34-b", str(n)) for n in range(7, 11)] == [
        (row["parent"], row["code"])
        for row in found
        if row["kind"] == "Measure" and row["parent"].startswith("package/")
    ]
    # -s actions, -s- sub-points of actions, -w items of the work plan, -c items that wait for funding
    assert {
        ("01", "-s"): 4, ("01", "-s-"): 7,
        ("02", "-s"): 1,
        ("03", "-s"): 4,
        ("04", "-s"): 2,
        ("05", "-s"): 2,
        ("06", "-s"): 1,
        ("07", "-s"): 6, ("07", "-w"): 5, ("07", "-c"): 1,
        ("08", "-s"): 6, ("08", "-s-"): 3, ("08", "-w"): 2, ("08", "-c"): 2,
        ("09", "-s"): 4, ("09", "-w"): 3, ("09", "-c"): 1,
        ("10", "-s"): 2, ("10", "-s-"): 2, ("10", "-w"): 1,
    } == parts  # fmt: skip
    assert {"measure/tem34-m1", "measure/tem34-m2"} == {
        row["element"] for row in found if row["kind"] == "Measure" and row["parent"] == "plan/tem34"
    }


def test_six_groups_name_bodies_and_four_inherit_keino(facts: Any) -> None:
    """CQ19: groups 1 to 6 name their bodies in brackets; groups 7 to 10 inherit KEINO from package B."""
    found = facts("cq-19-groups-and-their-responsible-bodies")

    assert OWN == {
        code: [row["actor"] for row in found if row["code"] == code]
        for code in sorted({row["code"] for row in found if row["how"] == "own"})
    }
    assert {(code, "actor/keino") for code in ("7", "8", "9", "10")} == {
        (row["code"], row["actor"]) for row in found if row["how"] == "inherited"
    }


def test_three_actions_name_responsible_bodies(facts: Any) -> None:
    """CQ20: three actions of group 3 name their bodies in brackets; others name those who take part."""
    found = facts("cq-20-sub-measures-with-own-actors")

    assert [
        ("measure/tem34-g03-s1", "VM"), ("measure/tem34-g03-s1", "TEM"),
        ("measure/tem34-g03-s2", "TEM"), ("measure/tem34-g03-s2", "kaupungit"),
        ("measure/tem34-g03-s3", "TEM"), ("measure/tem34-g03-s3", "STM"),
    ] == [(row["measure"], row["actorName"]) for row in found if row["role"] == "responsible"]  # fmt: skip
    others = {(row["measure"], row["actor"]) for row in found if row["role"] != "responsible"}
    assert {
        ("measure/tem34-g01-s1", "actor/mof"),
        ("measure/tem34-g01-s2", "actor/keino"),
        ("measure/tem34-g01-s2", "actor/pmo"),
        ("measure/tem34-g01-s3", "actor/hansel"),
        ("measure/tem34-g01-s3", "actor/valtori"),
        ("measure/tem34-g01-s3", "actor/senaatti"),
        ("measure/tem34-g03-s3", "actor/keino"),
    } <= others


def test_goals_cascade_from_programme_and_strategy_to_groups(facts: Any) -> None:
    """CQ23: the plan carries out government programme and strategy, group 1 the three goals of the strategy."""
    found = {(row["lower"], row["relation"], row["upper"]) for row in facts("cq-23-cascade-of-goals")}

    assert {
        ("plan/tem34", "implements", "programme/government-marin"),
        ("plan/tem34", "implements", "strategy/national-procurement-strategy"),
        *(("measure/tem34-g01", "implements", f"objective/tem34-ns-o{n}") for n in (1, 2, 3)),
        ("measure/tem34-g05", "implements", "objective/tem34-gp-o6"),
        *((f"objective/tem34-gp-o{n}", "isPartOf", "programme/government-marin") for n in range(1, 7)),
        *((f"objective/tem34-ns-o{n}", "isPartOf", "strategy/national-procurement-strategy") for n in (1, 2, 3)),
    } <= found


def test_later_documents_continue_what_the_plan_began(facts: Any) -> None:
    """CQ24: KIRI goes on from the study of risk sharing, TOIMI from the process that was to help the ministries."""
    found = {(row["later"], row["earlier"]) for row in facts("cq-24-continuations")}

    assert {("measure/ap22-m21", "measure/tem34-g05"), ("measure/ap22-m21", "measure/tem34-g05-s1")} & found
    assert {("project/toimi", "measure/tem34-g01-s2"), ("phase/toimi-1", "measure/tem34-g01-s2")} & found


def test_three_pages_are_linked_from_the_plan(facts: Any) -> None:
    """CQ28: the publication archive, the bookshop, and the page about planning the procurement of impact."""
    found = [row["url"] for row in facts("cq-28-external-pages") if row["source"] == "004"]

    assert [
        "https://julkaisut.valtioneuvosto.fi/",
        "https://tem.fi/vaikutusten-hankinnan-suunnittelun-tueksi",
        "https://vnjulkaisumyynti.fi/",
    ] == sorted(found)


def test_many_were_consulted_before_the_plan_was_approved(facts: Any) -> None:
    """CQ30: talks, two workshops, comments, four bodies that handled the plan; approved in May or June 2020."""
    found = [row for row in facts("cq-30-preparation-and-approval") if row["plan"] == "plan/tem34"]
    days = {row["edtf"] for row in found}
    heard = {(row["edtf"], row["actor"].removeprefix("actor/")) for row in found}

    assert {"2020-05/2020-06"} == {row["edtf"] for row in found if row["kind"] == "decision"}
    assert {
        "2019-11-14",
        "2019-12-05",
        "2020-02-25/2020-03-10",
        "2020-05-06",
        "2020-05-08",
        "2020-06-29",
        "2020-07-27",
    } <= days
    assert {("2019-11-14", "ministries"), ("2019-11-14", "keino"), ("2020-02-25/2020-03-10", "ministries")} <= heard
    invited = ("ek", "teknologiateollisuus", "yrittajat", "laaketeollisuus", "palta", "kuntaliitto")
    assert {("2019-12-05", key) for key in invited} <= heard
    assert {"ek", "teknologiateollisuus", "yrittajat", "vtv"} <= {
        row["actor"].removeprefix("actor/") for row in found if row["kind"] == "hearing" and not row["edtf"]
    }


def test_figures_of_the_plan_are_in_base_units(facts: Any) -> None:
    """35, 23 and 12 thousand million euros a year, fifteen per cent, two thirds and one third."""
    found = [row for row in facts("figures") if row["source"] == "004"]

    assert {"35000000000", "23000000000", "12000000000"} == {
        row["value"] for row in found if row["unit"] == "euro-per-year"
    }
    assert "15" in {row["value"] for row in found if row["unit"] == "percent"}
    assert {"2/3 osaa", "1/3 osaa"} == {row["verbatim"] for row in found if row["unit"] == "fraction"}
