"""
Synthetic facts shaped like the domain: any number of measures, in documents of fifty, with everything that goes with
them.

Only the tables are made up. They are written down as quads by the loaders themselves, so whatever the real tables
become, these become too: fragments with selectors, involvements in printed order, names printed or editorial. Nothing
here depends on the clock or on chance: the same number of measures gives the same quads.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode, Quad

from loaders import sources
from loaders.columns import tables
from loaders.curated import TRANSLATIONS
from loaders.errors import Problems
from loaders.references import Known, References
from loaders.scribe import Desk
from loaders.statements import Statements
from loaders.tables import Row
from loaders.writing import write
from ontology.iris import Iris

IN_DOCUMENT = 50  # measures
_IN_PACKAGE = 25  # measures
_TOGETHER = 10  # one measure and its parts
_PROGRAMME = "programme/bench"
_THEMES = 8
_MEASURES_PER_ACTOR, _MEASURES_PER_SERVICE = 50, 500
_DEPENDENCIES = ("requires", "contributes", "uses", "related", "follows")
_DELIVERABLES = ("guide", "report", "training", "tool", "handbook")

_VERBS = (
    ("Laaditaan", "Man utarbetar", "Preparation of"), ("Kehitetään", "Man utvecklar", "Development of"),
    ("Selvitetään", "Man utreder", "Study of"), ("Pilotoidaan", "Man prövar", "Pilot of"),
    ("Otetaan käyttöön", "Man inför", "Introduction of"), ("Vahvistetaan", "Man stärker", "Strengthening of"),
)  # fmt: skip
_OBJECTS = (
    ("hankintojen johtamismalli", "ledningsmodellen för upphandling", "the management model of procurement"),
    ("hankintatietojen avaaminen", "öppnandet av upphandlingsdata", "the opening of procurement data"),
    ("innovatiivisten hankintojen opas", "guiden om innovativ upphandling", "the guide on innovative procurement"),
    ("hankintaosaamisen koulutus", "utbildningen i upphandlingskompetens", "training in procurement skills"),
    ("markkinavuoropuhelu", "marknadsdialogen", "market dialogue"),
    ("sosiaalinen vastuu hankinnoissa", "socialt ansvar i upphandling", "social responsibility in procurement"),
    ("hiilijalanjäljen laskenta", "beräkningen av koldioxidavtryck", "the calculation of carbon footprints"),
)
_FIELDS = (
    ("kunnissa", "i kommunerna", "in municipalities"), ("hyvinvointialueilla", "i välfärdsområdena", "in counties"),
    ("valtionhallinnossa", "inom statsförvaltningen", "in central government"),
    ("rakentamisessa", "inom byggandet", "in construction"), ("elintarvikkeissa", "för livsmedel", "for food"),
)  # fmt: skip
_ACTORS = (
    ("local-authority", "PublicOrganisation", "Kunta {}", "Kommun {}", "Municipality {}"),
    ("agency", "PublicOrganisation", "Virasto {}", "Ämbetsverk {}", "Agency {}"),
    ("association", "Organisation", "Järjestö {}", "Förbund {}", "Association {}"),
    ("group", "ActorGroup", "Ryhmä {}", "Grupp {}", "Group {}"),
)

_Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of tables as `loaders.curated` finds them: a document when *language* and *publisher* are given."""

    name: str
    rows: Sequence[tuple[str, _Cells]]
    language: str | None = None
    publisher: str = ""


def folders(measures: int, iris: Iris) -> Iterator[Mapping[NamedNode, Sequence[Quad]]]:
    """
    Graph name -> asserted quads for the registry, then for each document in turn, then for the links between documents.

    Streamed, so that a million measures need no more memory than fifty. The graph of translations comes in parts, one
    with each folder; no quad comes twice.
    """
    documents = -(-measures // IN_DOCUMENT)
    languages = {_document(number): _language(number) for number in range(1, documents + 1)}
    references = References((), Known(None, {}, languages), Problems())
    yield _written(_registry(measures), iris, references)
    for number in range(1, documents + 1):
        count = min(IN_DOCUMENT, measures - (number - 1) * IN_DOCUMENT)
        yield _written(_plan(number, count, measures), iris, references)
    if documents > 1:
        yield _written(_links(documents), iris, references)


def graphs(measures: int, iris: Iris) -> dict[NamedNode, list[Quad]]:
    """All that `folders` gives, one entry per graph."""
    found: dict[NamedNode, list[Quad]] = {}
    for folder in folders(measures, iris):
        for graph, quads in folder.items():
            found.setdefault(graph, []).extend(quads)
    return found


def entry(measures: int, iris: Iris, edition: int = 1) -> tuple[NamedNode, Sequence[Quad]]:
    """
    One more measure as an editor publishes it: the graph ``entry/bench`` and its quads. *edition* changes its titles.

    It belongs to the first package of the document in the middle of *measures*, and two actors of the registry answer
    for it.
    """
    document = max(1, measures // IN_DOCUMENT // 2)
    language = _language(document)
    row = {
        **_measure(document, IN_DOCUMENT + 1, measures, random.Random(edition)),
        "id": "measure/bench",
        "code": "bench",
        "document": _document(document),
    }
    row["title_en"] = f"{row['title_en']}, edition {edition}"
    graph = iris.graph("entry/bench")
    statements = Statements(iris, Problems())
    desk = Desk(graph, graph)
    references = References((), Known(None, {}, {_document(document): language}), statements.problems)
    write([(Row(tables()["measures"], "bench.csv", 2, row), desk)], statements, references, {})
    statements.problems.settle()
    return graph, statements.graphs()[graph]


def _written(folder: _Folder, iris: Iris, references: References) -> Mapping[NamedNode, Sequence[Quad]]:
    statements = Statements(iris, Problems())
    own = folder.name if folder.language else None
    source = f"src/{folder.name}" if own else folder.name
    desk = Desk(iris.graph(source), iris.graph(TRANSLATIONS), own, whole=own is not None)
    if own:
        sources.describe(_source(folder), statements, iris)
    ordered = sorted(folder.rows, key=lambda pair: pair[0])
    rows = [
        Row(tables()[name], f"{folder.name}/{name}.csv", number, cells)
        for name, group in groupby(ordered, key=lambda pair: pair[0])
        for number, (_, cells) in enumerate(group, start=2)
    ]
    write(((row, desk) for row in rows), statements, references, {})
    statements.problems.settle()
    return statements.graphs()


def _source(folder: _Folder) -> sources.Source:
    language = folder.language or "fi"
    metadata = {
        "title": f"Toimenpideohjelma {folder.name}" if language == "fi" else f"Åtgärdsprogram {folder.name}",
        "title_en": f"Action programme {folder.name}",
        "language": language,
        "kind": "measure-table",
        "publisher": folder.publisher,
        "issued": "2022-03-01",
        "file": f"{folder.name}.txt",
        "sha256": hashlib.sha256(folder.name.encode()).hexdigest(),
    }
    metadata["title_sv" if language == "fi" else "title_fi"] = f"Bench {folder.name}"
    return sources.Source(folder.name, document=True, metadata=metadata, counts={})


def _document(number: int) -> str:
    return f"d{number:05d}"


def _language(number: int) -> str:
    return "fi" if number % 2 else "sv"


def _actor(number: int, count: int) -> str:
    return f"actor/bench-{number % count + 1}"


def _evidence(line: int, words: str) -> _Cells:
    """The cells that say where a row of the table stands: five lines and at most eight words of them."""
    return {
        "section": f"rad {line}",
        "lines": f"{5 * line}-{5 * line + 4}",
        "anchor": " ".join(words.split()[:8]),
    }


def _named(column: str, words: Sequence[str]) -> _Cells:
    return {f"{column}_{language}": text for language, text in zip(("fi", "sv", "en"), words, strict=True)}


def _registry(measures: int) -> _Folder:
    rows: list[tuple[str, _Cells]] = []
    first = {"document": _document(1), "printed": "fi sv en", "mode": "stated"}
    programme = _named("title", ("Bench-ohjelma", "Bench-programmet", "The bench programme"))
    rows.append(
        (
            "measures",
            {"id": _PROGRAMME, "kind": "Programme", **programme, **first, **_evidence(1, "Bench-ohjelma"), "mode": ""},
        )
    )
    for number in range(1, _THEMES + 1):
        words = [f"{text} {number}" for text in ("Tahtotila", "Strategisk avsikt", "Strategic intent")]
        code = {"id": f"theme/t{number}", "code": f"t{number}"}
        rows.append(("themes", {**code, **_named("name", words), **first, **_evidence(number, words[0])}))
    for number in range(_count(measures, _MEASURES_PER_ACTOR)):
        kind, class_, *patterns = _ACTORS[number % len(_ACTORS)]
        words = [pattern.format(number + 1) for pattern in patterns]
        cells = {"id": _actor(number, 1 << 30), "class": class_, "kind": kind, "alternatives_fi": f"B{number + 1}"}
        rows.append(("actors", {**cells, **_named("name", words), **first, **_evidence(number + 1, words[0])}))
    for number in range(1, _count(measures, _MEASURES_PER_SERVICE) + 1):
        words = [f"{text} {number}" for text in ("Palvelu", "Tjänst", "Service")]
        cells = {"id": f"service/bench-{number}", "kind": "tool", "operator": _actor(number, _count(measures, 50))}
        rows.append(("services", {**cells, **_named("name", words), **first, **_evidence(number, words[0])}))
    return _Folder("registry", rows)


def _count(measures: int, share: int) -> int:
    return max(4, measures // share)


def _plan(number: int, count: int, measures: int) -> _Folder:
    chance = random.Random(number)
    document = _document(number)
    rows: list[tuple[str, _Cells]] = []
    words = (f"Suunnitelma {number}", f"Plan {number}", f"Action plan {number}")
    plan = {"id": f"plan/{document}", "kind": "ActionPlan", "implements": _PROGRAMME, "printed": _language(number)}
    plan |= {"status": "ongoing", "schedule": "2022–2026"}
    rows.append(("measures", {**plan, **_named("title", words), **_evidence(1, words[0])}))
    for package in range(1, -(-count // _IN_PACKAGE) + 1):
        words = (f"Kokonaisuus {number}.{package}", f"Helhet {number}.{package}", f"Package {number}.{package}")
        cells = {
            "id": _package(number, package),
            "kind": "MeasurePackage",
            "part_of": f"plan/{document}",
            "order": str(package),
            "printed": _language(number),
            "status": "ongoing",
            **_responsible([_actor(number, _count(measures, _MEASURES_PER_ACTOR))]),
        }
        rows.append(("measures", {**cells, **_named("title", words), **_evidence(package + 1, words[0])}))
    for order in range(1, count + 1):
        cells = _measure(number, order, measures, chance)
        rows.append(("measures", cells))
        if order % 20 == 1:
            rows.append(("deliverables", _deliverable(cells, order, chance)))
        if order % 10 == 6:
            rows.append(("dependencies", _dependency(number, order, measures, chance)))
    return _Folder(document, rows, _language(number), _actor(number, _count(measures, _MEASURES_PER_ACTOR)))


def _key(number: int, order: int) -> str:
    return f"{_document(number)}-m{order:02d}"


def _package(number: int, package: int) -> str:
    return f"package/{_document(number)}-p{package}"


def _measure(number: int, order: int, measures: int, chance: random.Random) -> _Cells:
    """
    A measure with theme, schedule and two responsible actors, or one of the parts under each, which have none.
    """
    language = _language(number)
    parts = [chance.choice(table) for table in (_VERBS, _OBJECTS, _FIELDS)]
    titles = tuple(" ".join(part[at] for part in parts) for at in range(3))
    key, whole = _key(number, order), (order - 1) % _TOGETHER == 0
    cells = {
        "id": f"measure/{key}",
        "kind": "Measure" if whole else "SubMeasure",
        "part_of": _package(number, min(-(-order // _IN_PACKAGE), 2)) if whole else _above(number, order),
        "order": str(order),
        "code": key,
        "printed": language,
        "status": chance.choice(("planned", "started", "ongoing", "completed")),
        **_named("title", titles),
        **_evidence(order, titles[0 if language == "fi" else 1]),
    }
    if whole:
        actors = _count(measures, _MEASURES_PER_ACTOR)
        first = chance.randrange(actors)
        cells |= {
            **_named("description", tuple(f"{title} ({key})." for title in titles)),
            "themes": f"theme/t{chance.randrange(_THEMES) + 1}",
            "schedule": _schedule(number, order),
            **_responsible([_actor(first, actors), _actor(first + 1, actors)]),
        }
    return cells


def _above(number: int, order: int) -> str:
    return f"measure/{_key(number, order - (order - 1) % _TOGETHER)}"


def _responsible(actors: Sequence[str]) -> _Cells:
    printed = [f"Toimija {actor.rpartition('-')[2]}" for actor in actors]
    return {"responsible": "; ".join(actors), "responsible_as_printed": "; ".join(printed)}


def _schedule(number: int, order: int) -> str:
    """Half a year that begins later the higher *order* is, and later in the second of two documents."""
    begin = 12 * 2022 + order // 3 + (24 if number % 2 == 0 else 0)
    return "–".join(f"{month % 12 + 1}/{month // 12}" for month in (begin, begin + 5))


def _deliverable(measure: _Cells, order: int, chance: random.Random) -> _Cells:
    words = [f"{text} {measure['code']}" for text in ("Tuotos", "Resultat", "Output")]
    return {
        "id": f"deliverable/{measure['code']}-d1",
        "kind": chance.choice(_DELIVERABLES),
        "produced_by": measure["id"],
        "printed": measure["printed"],
        "mode": "stated",
        **_named("name", words),
        **_evidence(order, words[0]),
    }


def _dependency(number: int, order: int, measures: int, chance: random.Random) -> _Cells:
    """What measure *order* has to do with an earlier one or with a service; every fourth is inferred."""
    kind = _DEPENDENCIES[chance.randrange(len(_DEPENDENCIES))]
    earlier = f"measure/{_key(number, chance.randrange(1, order))}"
    if earlier == _above(number, order):
        kind = "contributes"
    service = f"service/bench-{chance.randrange(_count(measures, _MEASURES_PER_SERVICE)) + 1}"
    cells = {
        "from": f"measure/{_key(number, order)}",
        "type": kind,
        "to": service if kind == "uses" else earlier,
        **_evidence(order, f"Rivi {order} viittaa riviin"),
    }
    return cells | (_inferred(order) if order % 20 == 6 else {})


def _inferred(order: int) -> _Cells:
    words = (f"Rivi {order} jatkaa työtä.", f"Rad {order} fortsätter arbetet.", f"Row {order} goes on with the work.")
    return {"mode": "inferred", "confidence": "0.75", **_named("rationale", words)}


def _links(documents: int) -> _Folder:
    """One dependency in each pair of documents, so that no chain grows with the number of documents."""
    rows = [
        (
            "dependencies",
            {
                "from": f"measure/{_key(number, 1)}",
                "type": "requires",
                "to": f"measure/{_key(number - 1, 1)}",
                "document": _document(number),
                **_evidence(1, "Rad 1 hänvisar till programmet"),
                **_inferred(1),
                "document_2": _document(number - 1),
                **{f"{name}_2": text for name, text in _evidence(1, "Rivi 1").items()},
            },
        )
        for number in range(2, documents + 1, 2)
    ]
    return _Folder("links", rows)
