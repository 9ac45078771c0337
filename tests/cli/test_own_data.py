"""
``hankinta token create`` and ``hankinta build --data none``: a service for people who bring their own data.
"""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, runner


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """The command over a folder in which nothing has been built."""
    return runner(tmp_path / "var", tmp_path)


@pytest.mark.long
def test_token_is_printed_once(alone: Run) -> None:
    """Creating prints the token and nothing else on standard output; listing shows its name and never the token."""
    created = alone("token", "create", "--name", "ci")
    listed = alone("token", "list")
    again = alone("token", "create", "--name", "ci")
    revoked = alone("token", "revoke", "--name", "ci")
    left = alone("token", "list")

    assert 0 == created.returncode
    assert 1 == len(created.stdout.split())
    assert "not shown again" in created.stderr
    assert listed.stdout.endswith("  ci\n")
    assert created.stdout.strip() not in listed.stdout
    assert (2, 'hankinta: there is a token "ci" already') == (again.returncode, again.stderr.partition(";")[0])
    assert (0, 'the token "ci" is revoked\n') == (revoked.returncode, revoked.stdout)
    assert ("", "nothing can be written") == (left.stdout, left.stderr[left.stderr.find("nothing") :][:22])
    assert 2 == alone("token", "revoke", "--name", "ci").returncode


@pytest.mark.long
def test_build_without_data_is_empty(alone: Run) -> None:
    """A build from nothing holds no statement and no graph, and is not made twice."""
    built = alone("build", "--data", "none")
    again = alone("build", "--data", "none")
    count = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    asked = alone("query", "-", "--format", "csv", text=count)

    assert built.stdout.startswith("version 1 is published: 0 triples in 0 graphs")
    assert "nothing has changed; version 1 is current\n" == again.stdout
    assert ["n", "0"] == asked.stdout.split()


@pytest.mark.long
@pytest.mark.parametrize(("union", "count"), [("on", True), ("off", False)])
def test_union_is_a_setting(hankinta: Run, union: str, count: bool) -> None:
    """Queries see all graphs at once, or with the setting off the stored default graph alone, as the standard has it."""
    asked = hankinta("query", "-", "--format", "json", text="ASK { ?s ?p ?o }", HANKINTA_UNION_DEFAULT_GRAPH=union)
    named = hankinta(
        "query", "-", "--format", "json", text="ASK { GRAPH ?g { ?s ?p ?o } }", HANKINTA_UNION_DEFAULT_GRAPH=union
    )

    assert str(count).lower() in asked.stdout
    assert "true" in named.stdout


def test_switch_is_on_or_off(alone: Run) -> None:
    """A switch that is neither on nor off is told in one message."""
    answer = alone("query", "-", text="ASK {}", HANKINTA_UNION_DEFAULT_GRAPH="perhaps")

    assert 2 == answer.returncode
    assert 'hankinta: HANKINTA_UNION_DEFAULT_GRAPH is "perhaps"; write on or off\n' == answer.stderr
