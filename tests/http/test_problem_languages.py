"""Errors in the reader's language: on pages, in problem documents and in plain text, with what nobody can translate marked."""

import re

import pytest
from starlette.testclient import TestClient

UNDECLARED = "SELECT * {\n  ?s skos:prefLabel ?o }"
CASES = {
    "/sparql?query=ASK{}&timeout=soon": ("aikaraja (timeout) on ”soon”", "tidsgränsen (timeout) är ”soon”"),
    "/sparql?query=SELECT*{SERVICE<http://e/>{}}": ("rivi 1: SERVICE ei ole", "rad 1: SERVICE är avstängt"),
    "/sparql?query=ASK{}&query=ASK{}": ("tuli 2 kertaa", "kom 2 gånger"),
    "/sparql?query=ASK{}&at=9": ("versiota 9 ei ole; täällä on versio 1", "det finns ingen version 9; här finns version 1"),
    "/sparql?query=ASK{}&format=ttl": ("joka on true tai false", "som är true eller false"),
    "/queries/measurs": ("tarkoititko measures", "menade du measures"),
    "/queries/measures.csv?limit=0": ("kokonaisluku väliltä 1–10\u00a0000", "ett heltal från 1 till 10\u00a0000"),
    "/queries/cq-10-measures-running-on-a-day.csv?day=x": ("kirjoita päivä, esimerkiksi", "skriv ett datum, till exempel"),
    "/queries/measures.csv?nonsense=1": ("sellaista parametria ei ole", "det finns ingen sådan parameter"),
    "/doc/measure/none": ("ei tiedetä mitään versiossa 1", "inget är känt om"),
    "/doc/nonsense": ("tunniste ”nonsense” ei kelpaa", "identifieraren ”nonsense” godtas inte"),
    "/shape/None": ("sääntöä", "regeln"),
    "/nowhere": ("osoitteessa /nowhere ei ole mitään", "det finns inget på /nowhere"),
    "/store": ("nimeä yksi graafi", "ange en graf"),
    "/store?graph=https://e/none": ("graafia ”https://e/none” ei ole versiossa 1", "ingen graf ”https://e/none” i version 1"),
    "/timemap/x/y": ("TimeMap", "TimeMap"),
}  # fmt: skip


@pytest.mark.parametrize("path", CASES)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_document_is_in_the_language(client: TestClient, path: str, language: str) -> None:
    """A program that prefers Finnish or Swedish gets title and detail in it; its type and status stay what they are."""
    words = CASES[path][language == "sv"]
    headers = {"Accept-Language": f"{language}, en;q=0.5"}
    problem, english = client.get(path, headers=headers), client.get(path)

    assert words in problem.json()["detail"]
    assert words not in english.json()["detail"] or words == "TimeMap"
    assert problem.json()["title"] != english.json()["title"]
    assert problem.json()["type"] == english.json()["type"]
    assert problem.status_code == english.status_code
    assert (language, "en") == (problem.headers["content-language"], english.headers["content-language"])
    assert "Accept-Language" in problem.headers["vary"]


@pytest.mark.parametrize("path", CASES)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_page_is_in_the_language(client: TestClient, path: str, language: str) -> None:
    """The page of an error says all of it in the reader's language, and nothing on it is marked as English."""
    mark = "&" if "?" in path else "?"
    page = client.get(f"{path}{mark}lang={language}", headers={"Accept": "text/html"})
    main = page.text[page.text.index("<main") : page.text.index("</main>")]

    assert CASES[path][language == "sv"] in main.replace("&#34;", '"').replace("&#39;", "'")
    assert 'lang="en"' not in main
    assert page.status_code >= 400


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "rivi 2, sarake 6: etuliitettä ”skos:” ei ole määritelty; lisää PREFIX skos: "),
        ("sv", "rad 2, kolumn 6: prefixet ”skos:” är inte deklarerat; lägg till PREFIX skos: "),
        ("en", 'line 2, column 6: the prefix "skos:" is not declared; add PREFIX skos: '),
    ],
)
@pytest.mark.parametrize("accept", ["application/problem+json", "text/plain", "text/html"])
def test_mistake_in_a_query_is_told(client: TestClient, language: str, words: str, accept: str) -> None:
    """A mistake in a query is told with its place and the way out in each language and each form."""
    response = client.get(
        "/sparql", params={"query": UNDECLARED}, headers={"Accept": f"{accept}, */*;q=0.1", "Accept-Language": language}
    )
    text = response.json()["detail"] if accept.endswith("json") else response.text.replace("&#34;", '"')

    assert words in text


def test_words_of_nobody_here_are_marked(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that has no words in the reader's language, such as one of an engine, is called English in every form."""
    monkeypatch.setattr("server.sentences._patterns", tuple)
    page = client.get("/nowhere?lang=fi", headers={"Accept": "text/html"})
    form = client.get("/sparql", params={"query": UNDECLARED, "lang": "fi"}, headers={"Accept": "text/html"})
    document = client.get("/nowhere?lang=fi")

    assert '<span lang="en">there is nothing at /nowhere' in page.text
    assert '<p class="detail" lang="en">line 2, column 6' in form.text
    assert "<p>Rivi 2, sarake 6</p>" in form.text
    assert "fi, en" == document.headers["content-language"]


@pytest.mark.parametrize("header", ["", "*", "de, fr;q=0.5", "en-GB, fi;q=0.1", "fi;q=0", "nonsense;;;"])
def test_language_is_english_to_a_program_else(client: TestClient, header: str) -> None:
    """A program that names none of the three languages, or English before the others, gets English."""
    response = client.get("/nowhere", headers={"Accept-Language": header} if header else {})

    assert "there is nothing at /nowhere" in response.json()["detail"]
    assert "Not Found" == response.json()["title"]


def test_parameter_counts_more_than_the_header(client: TestClient) -> None:
    """The parameter lang counts more than the header, for programs as for people."""
    response = client.get("/nowhere?lang=sv", headers={"Accept-Language": "fi"})

    assert "det finns inget på /nowhere" in response.json()["detail"]


def test_error_in_a_form_is_told_beside_the_field(client: TestClient) -> None:
    """The form of a saved query tells what is wrong with a value in the reader's language."""
    page = client.get("/queries/cq-10-measures-running-on-a-day.html?day=2023-99-99&lang=fi")

    assert 400 == page.status_code
    assert "parametri ”day”: ”2023-99-99” ei kelpaa; kirjoita päivä, esimerkiksi 2023-05-31" in page.text
    assert not re.search(r'class="detail" lang="en"', page.text)
