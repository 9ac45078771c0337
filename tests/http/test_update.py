"""
SPARQL Update over HTTP: what is published, what is refused, and what is stopped.
"""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pyoxigraph import RdfFormat, parse

from ontology.namespaces import term
from server.settings import Settings
from server.writes import Verb
from sparql.embedded import EmbeddedStore
from tests.http.writable import Writable, at, writable

pytestmark = pytest.mark.xdist_group("update")  # one service for all of them
BASE = Settings().base_iri
MEASURE = f"<{BASE}id/measure/ap22-m14>"
BAD = f"INSERT DATA {{ GRAPH <{BASE}graph/entry/bad> {{ <{BASE}id/measure/bad> a <{term('hv:Measure').value}> }} }}"
MANY = "INSERT {{ GRAPH <x:many> {{ ?a <x:p> ?f }} }} WHERE {{ GRAPH ?x {{ ?a ?b ?c }} GRAPH ?y {{ ?d ?e ?f }} {0} }}"
ENDLESS = MANY.format("GRAPH ?z { ?g ?h ?i } FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = '')")


@pytest.fixture(scope="module")
def service(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A service over the real data that may be written to, shared by the tests of this module."""
    var = tmp_path_factory.mktemp("update") / "var"
    shutil.copytree(built, var, symlinks=True)
    with writable(var, deadline=120.0, write_deadline=120.0) as started:
        yield started


def _newest(service: Writable) -> int:
    current = EmbeddedStore(service.var).current()
    assert current is not None
    return current.number


def test_update_tells_the_version_that_it_made(service: Writable) -> None:
    """An update answers with its version, what has changed, and where the version is told; it is seen at once."""
    done = service.update("INSERT DATA { <x:a> <x:b> 1 . GRAPH <x:g> { <x:a> <x:b> [] } }")
    told = done.json()
    version = service.client.get(done.headers["Location"].removeprefix(service.settings.public_url)).json()

    assert 200 == done.status_code
    assert (str(told["version"]), True) == (done.headers["Hankinta-Version"], told["published"])
    assert ["default", "x:g"] == told["changed"]
    assert 1 == version["graphs"]["x:g"]["triples"]
    assert "who" not in version
    assert service.ask("ASK { <x:a> <x:b> 1 . GRAPH <x:g> { <x:a> <x:b> ?any } }")
    assert "<x:a>" in service.read("/store?default").text


def test_update_that_changes_nothing_makes_no_version(service: Writable) -> None:
    """What is so already is answered with the version that is there."""
    before = _newest(service)
    done = service.update("DELETE DATA { <x:not> <x:there> 1 }")

    assert (200, before, False) == (done.status_code, done.json()["version"], done.json()["published"])
    assert before == _newest(service)


@pytest.mark.parametrize(
    "text", ["DROP GRAPH <x:none>", "CLEAR GRAPH <x:none>", "CREATE GRAPH <x:none>", "CREATE GRAPH <x:full>"]
)
def test_graph_that_is_absent_is_an_empty_one(service: Writable, text: str) -> None:
    """Dropping or clearing a graph that is not there succeeds and makes no version, and so does creating any."""
    service.put("x:full", "<x:a> <x:b> 1 .")
    before = _newest(service)
    done = [service.update(text) for _ in range(2)]

    assert [(200, before, False)] * 2 == [
        (each.status_code, each.json()["version"], each.json()["published"]) for each in done
    ]


def test_update_comes_as_a_form_too(service: Writable) -> None:
    """An update is sent in a form, and the graphs that it looks at beside it."""
    service.update("INSERT DATA { GRAPH <x:from> { <x:s> <x:p> 7 } }")
    text = "INSERT { GRAPH <x:to> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    headers = {"Authorization": f"Bearer {service.token}"}
    done = service.client.post("/update", data={"update": text, "using-graph-uri": "x:from"}, headers=headers)

    assert 200 == done.status_code, done.text
    assert "<x:s> <x:p> " in service.read(at("x:to")).text
    assert 1 == service.read(at("x:to")).text.count("\n")


def test_every_operation_may_begin_with_prefixes(service: Writable) -> None:
    """Operations with prefixes of their own, as clients join them, are one update and make one version."""
    before = _newest(service)
    done = service.update(
        "PREFIX x: <x:> INSERT DATA { x:joined x:p 1 };\n"
        "PREFIX y: <x:> DELETE DATA { y:joined y:p 1 };\n"
        "PREFIX x: <x:> INSERT DATA { x:joined x:p 2 }"
    )

    assert (200, before + 1) == (done.status_code, done.json()["version"]), done.text
    assert service.ask("ASK { <x:joined> <x:p> 2 FILTER NOT EXISTS { <x:joined> <x:p> 1 } }")


@pytest.mark.parametrize(
    ("text", "query", "status", "words"),
    [
        ("INSERT DATA { <x:a> <x:b> ", "", 400, "never closes"),
        ("SELECT * { ?s ?p ?o }", "", 400, "line 1"),
        ("INSERT DATA { <x:a> <x:b> 1 } ; MOVE <x:none> TO <x:g>", "", 409, "does not exist"),
        ("LOAD <http://127.0.0.1:9/>\nDROP GRAPH", "", 400, "line 2"),
        ("DROP GRAPH <x:none> ;\nDROP GRAPH", "", 400, "line 2, column 11"),
        ("CLEAR DEFAULT ; PREFIX x: <x:> INSERT DATA { x:a x:b 1 } ;\nPREFIX y: <y:>\nDROP GRAPH", "", 400, "line 3"),
        ("LOAD <http://127.0.0.1:9/>", "", 403, "LOAD is switched off"),
        ("LOAD SILENT <file:///etc/passwd>", "", 403, "LOAD is switched off"),
        (
            "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "",
            403,
            "SERVICE is switched off",
        ),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/inferred> {{ <x:a> <x:b> 1 }} }}", "", 403, "graph/inferred"),
        ("CLEAR ALL", "", 403, "hankinta build"),
        ("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", "", 403, "hankinta build"),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/entry/x> {{ {MEASURE} <x:p> 1 }} }}", "", 409, "ap22-m14"),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/entry/x> {{ <x:a> <x:p> [] }} }}", "", 422, "without an IRI"),
        ("WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "?using-graph-uri=x:g", 400, "WITH"),
        ("INSERT DATA { <x:a> <x:b> 1 }", "?query=ASK{}", 400, "query"),
    ],
)
def test_refused_update_changes_nothing(service: Writable, text: str, query: str, status: int, words: str) -> None:
    """An update that may not be run, or cannot, is answered with the reason, and makes no version."""
    before = _newest(service)
    answer = service.update(text, query)

    assert status == answer.status_code, answer.text
    assert words in answer.json()["detail"]
    assert before == _newest(service)


def test_violation_brings_the_report(service: Writable) -> None:
    """An update that violates the shapes is answered 422 with the report, as JSON, RDF or text in the reader's language."""
    before = _newest(service)
    answers = {kind: service.update(BAD, Accept=kind) for kind in ("*/*", "text/turtle", "application/ld+json")}
    text = service.update(BAD, Accept="text/plain", Accept_Language="sv")

    assert [422] * 4 == [each.status_code for each in (*answers.values(), text)]
    document = answers["*/*"].json()
    assert "application/problem+json" == answers["*/*"].headers["Content-Type"]
    assert document["conforms"] is False
    assert {"fi", "sv", "en"} == set(document["findings"][0]["messages"])
    for kind, format_ in (("text/turtle", RdfFormat.TURTLE), ("application/ld+json", RdfFormat.JSON_LD)):
        assert answers[kind].headers["Content-Type"].startswith(kind)
        assert any(quad.predicate == term("sh:conforms") for quad in parse(answers[kind].content, format=format_))
    assert text.text.startswith("422 Begäran kunde inte utföras: ändringen bryter mot reglerna")
    assert "Uppgifterna kan inte publiceras: " in text.text
    assert before == _newest(service)


def test_violation_in_the_default_graph_is_one_too(service: Writable) -> None:
    """A thing of ours is judged in whatever graph it is put."""
    assert 422 == service.update(f"INSERT DATA {{ <{BASE}id/measure/bad> a <{term('hv:Measure').value}> }}").status_code


def test_updates_at_once_are_all_kept(service: Writable) -> None:
    """Read, changed and written at the same moment, a counter counts every one."""
    service.update("INSERT DATA { GRAPH <x:count> { <x:it> <x:is> 0 } }")
    count = "DELETE { GRAPH <x:count> { <x:it> <x:is> ?n } } INSERT { GRAPH <x:count> { <x:it> <x:is> ?m } } "
    count += "WHERE { GRAPH <x:count> { <x:it> <x:is> ?n } BIND(?n + 1 AS ?m) }"
    threads = [threading.Thread(target=service.update, args=(count,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert service.ask("ASK { GRAPH <x:count> { <x:it> <x:is> 5 } }")


def _writing(service: Writable) -> list[psutil.Process]:
    """The writing processes of *service* that run."""
    found = []
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # one that has ended is none that runs
            if "server.publishing" in each.cmdline() and str(service.var) in each.cmdline():
                found.append(each)
    return found


def _worked(service: Writable) -> float:
    """The seconds that the writing processes of *service* have had a processor."""
    return sum(sum(each.cpu_times()[:4]) for each in _writing(service))


def test_writing_process_that_died_is_replaced(service: Writable) -> None:
    """When the writing process has died between two changes, the next change is made."""
    service.update("INSERT DATA { <x:before> <x:p> 1 }")
    for each in _writing(service):
        each.kill()
    while _writing(service):
        time.sleep(0.05)

    assert 200 == service.update("INSERT DATA { <x:after> <x:p> 1 }").status_code
    assert service.ask("ASK { <x:before> <x:p> 1 . <x:after> <x:p> 1 }")


def test_writing_process_killed_at_work_loses_nothing(service: Writable) -> None:
    """When the writing process is killed amid a change, nothing of it is published, and the next change is made."""
    service.update("INSERT DATA { <x:a> <x:b> 1 }")
    before = _newest(service)
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(service.update(ENDLESS).status_code))
    begun = _worked(service)
    thread.start()
    while _worked(service) < begun + 0.5 and thread.is_alive():
        time.sleep(0.05)
    for each in _writing(service):
        each.kill()
    thread.join()

    assert [500] == found
    assert before == _newest(service)
    assert before + 1 == service.update("INSERT DATA { <x:lost> <x:p> 1 }").json()["version"]


@pytest.fixture
def hurried(built: Path, tmp_path: Path) -> Iterator[Writable]:
    """A service over the real data in which changes have little time and memory."""
    shutil.copytree(built, tmp_path / "var", symlinks=True)
    with writable(tmp_path / "var", write_deadline=15.0, write_memory=1_000_000_000) as started:
        yield started


@pytest.mark.long
def test_runaway_update_is_stopped(hurried: Writable) -> None:
    """An update that would never end is killed at its deadline with all that it started; the next one is made."""
    before = _newest(hurried)
    stopped = hurried.update(ENDLESS)
    running = _writing(hurried)
    done = hurried.update("INSERT DATA { <x:a> <x:b> 1 }")

    assert 504 == stopped.status_code, stopped.text
    assert "nothing was published" in stopped.json()["detail"]
    assert [] == running
    assert (200, before + 1) == (done.status_code, done.json()["version"])


@pytest.mark.long
def test_greedy_update_is_stopped(hurried: Writable) -> None:
    """An update that would write more than there is memory for is stopped, and nothing of it is published."""
    before = _newest(hurried)
    stopped = hurried.update(MANY.format(""))

    assert stopped.status_code in {413, 504}, stopped.text
    assert before == _newest(hurried)
    assert 200 == hurried.update("INSERT DATA { <x:a> <x:b> 1 }").status_code


def test_every_verb_is_told_in_the_version(service: Writable) -> None:
    """A version says by which verb and about which graph it was made, and in its folder by which token."""
    service.put("x:told", "<x:a> <x:b> 1 .")
    current = EmbeddedStore(service.var).current()

    assert current is not None
    assert (f"{Verb.PUT} x:told", "tests-0") == (current.why, current.who)


def test_old_versions_of_a_graph_are_read(service: Writable) -> None:
    """A graph is read as it was in any kept version."""
    first = service.put("x:old", "<x:a> <x:b> 1 .").headers["Hankinta-Version"]
    service.put("x:old", "<x:a> <x:b> 2 .")

    assert '"1"' in service.read(f"{at('x:old')}&at={first}").text
    assert '"2"' in service.read(at("x:old")).text
    assert first == service.read(f"{at('x:old')}&at={first}").headers["Hankinta-Version"]
