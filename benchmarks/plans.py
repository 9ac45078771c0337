"""
Made-up tables with the columns of the real ones: a registry, plans of fifty measures, links between plans.

Nothing here depends on the clock, and chance is drawn from the number of the plan.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

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

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of tables as `loaders.curated` finds them: a document when *language* and *publisher* are given."""

    name: str
    rows: Sequence[tuple[str, Cells]]
    language: str | None = None
    publisher: str = ""


def document_key(number: int) -> str:
    """The key of the document that holds plan *number*, counted from 1."""
    return f"d{number:05d}"


def language_of(number: int) -> str:
    """The language of plan *number*: every other is Finnish, every other Swedish."""
    return "fi" if number % 2 else "sv"


def _actor(number: int, count: int) -> str:
    return f"actor/bench-{number % count + 1}"


def _evidence(line: int, words: str) -> Cells:
    """The cells that say where a row of the table stands: five lines and at most eight words of them."""
    return {
        "section": f"rad {line}",
        "lines": f"{5 * line}-{5 * line + 4}",
        "anchor": " ".join(words.split()[:8]),
    }


def _named(column: str, words: Sequence[str]) -> Cells:
    return {f"{column}_{language}": text for language, text in zip(("fi", "sv", "en"), words, strict=True)}


def registry(measures: int) -> Folder:
    """The programme, the themes, and as many actors and services as that many *measures* need."""
    rows: list[tuple[str, Cells]] = []
    first = {"document": document_key(1), "printed": "fi sv en", "mode": "stated"}
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
    return Folder("registry", rows)


def _count(measures: int, share: int) -> int:
    return max(4, measures // share)


def plan(number: int, count: int, measures: int) -> Folder:
    """Plan *number* with *count* of all *measures*, its packages, deliverables and dependencies."""
    chance = random.Random(number)
    document = document_key(number)
    rows: list[tuple[str, Cells]] = []
    words = (f"Suunnitelma {number}", f"Plan {number}", f"Action plan {number}")
    plan = {"id": f"plan/{document}", "kind": "ActionPlan", "implements": _PROGRAMME, "printed": language_of(number)}
    plan |= {"status": "ongoing", "schedule": "2022–2026"}
    rows.append(("measures", {**plan, **_named("title", words), **_evidence(1, words[0])}))
    for package in range(1, -(-count // _IN_PACKAGE) + 1):
        words = (f"Kokonaisuus {number}.{package}", f"Helhet {number}.{package}", f"Package {number}.{package}")
        cells = {
            "id": _package(number, package),
            "kind": "MeasurePackage",
            "part_of": f"plan/{document}",
            "order": str(package),
            "printed": language_of(number),
            "status": "ongoing",
            **_responsible([_actor(number, _count(measures, _MEASURES_PER_ACTOR))]),
        }
        rows.append(("measures", {**cells, **_named("title", words), **_evidence(package + 1, words[0])}))
    for order in range(1, count + 1):
        cells = measure(number, order, measures, chance)
        rows.append(("measures", cells))
        if order % 20 == 1:
            rows.append(("deliverables", _deliverable(cells, order, chance)))
        if order % 10 == 6:
            rows.append(("dependencies", _dependency(number, order, measures, chance)))
    return Folder(document, rows, language_of(number), _actor(number, _count(measures, _MEASURES_PER_ACTOR)))


def _key(number: int, order: int) -> str:
    return f"{document_key(number)}-m{order:02d}"


def _package(number: int, package: int) -> str:
    return f"package/{document_key(number)}-p{package}"


def measure(number: int, order: int, measures: int, chance: random.Random) -> Cells:
    """
    A measure with theme, schedule and two responsible actors, or one of the parts under each, which have none.
    """
    language = language_of(number)
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


def _responsible(actors: Sequence[str]) -> Cells:
    printed = [f"Toimija {actor.rpartition('-')[2]}" for actor in actors]
    return {"responsible": "; ".join(actors), "responsible_as_printed": "; ".join(printed)}


def _schedule(number: int, order: int) -> str:
    """Half a year that begins later the higher *order* is, and later in the second of two documents."""
    begin = 12 * 2022 + order // 3 + (24 if number % 2 == 0 else 0)
    return "–".join(f"{month % 12 + 1}/{month // 12}" for month in (begin, begin + 5))


def _deliverable(measure: Cells, order: int, chance: random.Random) -> Cells:
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


def _dependency(number: int, order: int, measures: int, chance: random.Random) -> Cells:
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


def _inferred(order: int) -> Cells:
    words = (f"Rivi {order} jatkaa työtä.", f"Rad {order} fortsätter arbetet.", f"Row {order} goes on with the work.")
    return {"mode": "inferred", "confidence": "0.75", **_named("rationale", words)}


def links(documents: int) -> Folder:
    """One dependency in each pair of documents, so that no chain grows with the number of documents."""
    rows = [
        (
            "dependencies",
            {
                "from": f"measure/{_key(number, 1)}",
                "type": "requires",
                "to": f"measure/{_key(number - 1, 1)}",
                "document": document_key(number),
                **_evidence(1, "Rad 1 hänvisar till programmet"),
                **_inferred(1),
                "document_2": document_key(number - 1),
                **{f"{name}_2": text for name, text in _evidence(1, "Rivi 1").items()},
            },
        )
        for number in range(2, documents + 1, 2)
    ]
    return Folder("links", rows)
