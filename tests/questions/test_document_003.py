"""
Competency questions about document 003, the page of the TOIMI project. The answers were read from the text.
"""

from typing import Any


def test_hilma_comes_before_upphandlingslotsen(facts: Any) -> None:
    """CQ14: one logs in to Upphandlingslotsen through Hilma, so an authority needs Hilma first."""
    found = facts("cq-14-before-using-upphandlingslotsen")

    assert {"service/hankintaluotsi"} == {row["service"] for row in found}
    assert ("service/hilma", "Hilma") in {(row["required"], row["requiredLabel"]) for row in found}


def test_first_phase_has_one_principal_three_implementers_and_four_participants(facts: Any) -> None:
    """CQ21: the Ministry of Finance commissioned phase 1; KEINO, the Government office and the Treasury made it."""
    found = [row for row in facts("cq-21-parties-of-toimi") if row["element"] == "phase/toimi-1"]
    stated = {
        role: [row["actor"] for row in found if row["role"] == role]
        for role in ("principal", "implementer", "participant")
    }

    assert ["actor/mof"] == stated["principal"]
    assert ["actor/keino", "actor/pmo", "actor/state-treasury"] == stated["implementer"]
    assert {"actor/motiva", "actor/hansel", "actor/vtt", "actor/syke"} <= set(stated["participant"])


def test_second_phase_has_two_principals(facts: Any) -> None:
    """CQ21: the two ministries commissioned phase 2 together; the accounting offices took part."""
    found = [row for row in facts("cq-21-parties-of-toimi") if row["element"] == "phase/toimi-2"]

    assert ["actor/mof", "actor/mee"] == [row["actor"] for row in found if row["role"] == "principal"]
    assert "actor/accounting-offices" in {row["actor"] for row in found if row["role"] == "participant"}


def test_timeline_runs_from_the_resolution_to_the_deadline(facts: Any) -> None:
    """CQ22: September 2020, January 2021, spring 2021, autumn 2021, March 2022, and autumn 2022 at the latest."""
    found = facts("cq-22-timeline-of-toimi")
    printed = {(row["thing"].partition("/")[0], row["verbatim"].lower(), row["edtf"]) for row in found}

    assert ("decision", "september 2020", "2020-09") in printed
    assert ("event", "januari 2021", "2021-01") in printed
    assert ("phase", "våren 2021", "2021-21") in printed
    assert {
        ("event", "hösten 2021", "2021-23"),
        ("event", "mars 2022", "2022-03"),
        ("event", "senast hösten 2022", "2022-23"),
    } <= printed
    assert [row["start"] or row["end"] for row in found] == sorted(row["start"] or row["end"] for row in found)


def test_government_issued_the_resolution(facts: Any) -> None:
    """The resolution is "Statsrådets": who issued it is said where it is said when."""
    found = facts("cq-29-where-is-it-stated", thing="event/procurement-strategy-resolution")

    assert {"5"} == {row["startLine"] for row in found if row["statement"].startswith("involvement/")}


def test_second_phase_continues_the_first(facts: Any) -> None:
    """CQ24: phase 2 follows phase 1."""
    found = {(row["later"], row["earlier"]) for row in facts("cq-24-continuations")}

    assert ("phase/toimi-2", "phase/toimi-1") in found


def test_project_carries_out_the_strategy(facts: Any) -> None:
    """CQ23: TOIMI supports the ministries in carrying out the national procurement strategy."""
    found = {(row["lower"], row["relation"], row["upper"]) for row in facts("cq-23-cascade-of-goals")}

    assert ("project/toimi", "implements", "strategy/national-procurement-strategy") in found


def test_four_members_of_keino_are_named(facts: Any) -> None:
    """From KEINO, four organisations take part in the work: they belong to it."""
    found = {row["member"] for row in facts("memberships") if row["organisation"] == "actor/keino"}

    assert {"actor/motiva", "actor/hansel", "actor/vtt", "actor/syke"} <= found
