"""
The scribe: writes down as quads what one row says.

What every table shares stands here (names, evidence, kinds of claim, times); what is special to a table stands in the
module of its things.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from loaders import cells, evidence, schedules
from loaders.columns import EVIDENCE, LANGUAGES, NONE
from loaders.references import References
from loaders.sentences import Fact, Quoted, Sentence, sentence
from loaders.statements import Place, Statements, boolean, property_
from loaders.tables import Row
from ontology.iris import concept

_EDTF = "edtf:EDTF-level1"


@dataclass(frozen=True, slots=True)
class Desk:
    """
    Where the rows of a folder or file are written: graph of statements, graph of editorial texts, own document if any.

    *whole* tells that the folder cites no document but its own.
    """

    graph: NamedNode
    translations: NamedNode
    document: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """A time as a row states it: what its words say, the words themselves, the event at which it ends, how we know."""

    schedule: schedules.Schedule | None
    words: Literal | None
    event: str | None
    mode: str


@dataclass(frozen=True, slots=True)
class Scribe:
    """
    Writes what *row* says to *desk*.
    """

    row: Row
    desk: Desk
    statements: Statements
    references: References
    texts: Mapping[str, evidence.Text]

    def refuse(self, column: str, said: Sentence) -> None:
        """Note a problem with one of the cells."""
        self.statements.problems.add(self.row.where(column), said)

    @property
    def place(self) -> Place:
        """Graph and row, as minting wants them."""
        return Place(self.desk.graph, self.row.where())

    @property
    def unfound(self) -> NamedNode:
        """What is judged in place of a node whose ends were not found; a problem keeps it from being published."""
        return self.statements.iris.entity("fragment/none")

    @property
    def language(self) -> str:
        """The language of the row's words: its document's, else the first in which it has a name."""
        document = self.row.text("document") or self.desk.document or ""
        if document in self.references.languages:
            return self.references.languages[document]
        named = [at for at in LANGUAGES if self.row.text(f"title_{at}") or self.row.text(f"name_{at}")]
        return named[0] if named else LANGUAGES[0]

    def say(self, node: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        """State something in the graph of the desk."""
        self.statements.say(self.desk.graph, node, predicate, value)

    def words(self, text: str) -> Literal:
        """Words of the row with their language."""
        plain, language = cells.tagged(text, self.language)
        return Literal(plain, language=language)

    def found(self, column: str) -> list[tuple[str, NamedNode]]:
        """The things that the cell names, path and node, in order; what nothing defines is a problem and left out."""
        items = self.row.items(column) if self.row.table.columns[column].many else (self.row.text(column),)
        paths = [self.references.find(self.row, column, item) for item in items if item]
        return [(path, self.statements.iris.entity(path)) for path in paths if path]

    def link(self, node: NamedNode, predicate: str, column: str) -> None:
        """State *predicate* from *node* to each thing that the cell names."""
        for _, target in self.found(column):
            self.say(node, predicate, target)

    def linked_from(self, column: str, predicate: str, node: NamedNode) -> None:
        """State *predicate* from each thing that the cell names to *node*."""
        for _, source in self.found(column):
            self.say(source, predicate, node)

    def code(self, node: NamedNode, predicate: str, column: str) -> None:
        """State the concept whose code the cell holds."""
        scheme = self.row.table.columns[column].scheme
        if scheme and self.row.text(column):
            self.say(node, predicate, concept(scheme, self.row.text(column)))

    def names(self, node: NamedNode, column: str = "name") -> None:
        """
        State preferred and alternative names: printed ones with the row, editorial ones among the translations.
        """
        listed = cells.printed(self.row.text("printed")) or (self.language,)
        for language in listed:
            if language != NONE and not self.row.text(f"{column}_{language}"):
                said = language in cells.printed(self.row.text("printed"))
                name = f"{column}_{language}"
                self.refuse(name, sentence("name-printed", column=name) if said else sentence("name-own", column=name))
        for language in LANGUAGES:
            name = self.row.text(f"{column}_{language}")
            if name:
                graph = self.desk.graph if language in listed else self.desk.translations
                self.statements.say(graph, node, "skos:prefLabel", Literal(name, language=language))
            for other in self.row.items(f"alternatives_{language}"):
                self.say(node, "skos:altLabel", Literal(other, language=language))

    def editorial(self, node: NamedNode, predicate: str, column: str) -> None:
        """State our own texts in three languages, among the translations."""
        for language in LANGUAGES:
            if text := self.row.text(f"{column}_{language}"):
                self.statements.say(self.desk.translations, node, predicate, Literal(text, language=language))

    def texts_of(self, node: NamedNode, predicate: str, column: str) -> None:
        """State texts in three languages in the graph of the row."""
        for language in LANGUAGES:
            if text := self.row.text(f"{column}_{language}"):
                self.say(node, predicate, Literal(text, language=language))

    def claim(self, node: NamedNode, prefix: str = "") -> None:
        """
        State what kind of claim the row makes of *node*; an inferred one needs its confidence and its reason.
        """
        mode = self.row.text(f"{prefix}mode") or "stated"
        if mode == "inferred":
            if f"{prefix}confidence" not in self.row.table.columns:
                self.refuse(f"{prefix}mode", sentence("mode-reasons", value=Quoted(mode)))
            needed = [f"{prefix}confidence", *(f"{prefix}rationale_{language}" for language in LANGUAGES)]
            for column in needed:
                if column in self.row.table.columns and not self.row.text(column):
                    meaning = self.row.table.columns[column].means
                    self.refuse(column, sentence("inferred-reason", mode=f"{prefix}mode", meaning=meaning))
        self.say(node, "hv:assertionMode", concept("assertion-mode", mode))
        if confidence := self.row.text(f"{prefix}confidence"):
            self.say(node, "hv:confidence", Literal(cells.decimal(confidence), datatype=property_("xsd:decimal")))
        self.texts_of(node, "hv:rationale", f"{prefix}rationale")

    def decimal(self, node: NamedNode, column: str = "value") -> None:
        """State the number in the cell."""
        value = cells.decimal(self.row.text(column))
        self.say(node, "hv:numericValue", Literal(value, datatype=property_("xsd:decimal")))

    def passage(self, suffix: str = "") -> evidence.Passage | None:
        """The evidence that the row names in its four columns; None when it names none or not the whole of it."""
        named = {name: self.row.text(name + suffix) for name in EVIDENCE}
        named["document"] = named["document"] or ("" if suffix else self.desk.document or "")
        if not any(named[name] for name in EVIDENCE[1:]):
            return None
        for name, text in named.items():
            if not text:
                filled = ", ".join(part + suffix for part in EVIDENCE if named[part])
                keys = ", ".join(sorted(self.references.languages)) or "d000"
                self.refuse(
                    name + suffix,
                    sentence("evidence-document", keys=keys, columns=filled)
                    if name == "document"
                    else sentence("evidence-part", meaning=self.row.table.columns[name + suffix].means, columns=filled),
                )
        document = named["document"]
        if document and document not in self.references.languages:
            known: Fact = ", ".join(sorted(self.references.languages)) or sentence("none")
            self.refuse(f"document{suffix}", sentence("document-unknown", value=Quoted(document), keys=known))
            return None
        if document and self.desk.whole and document != self.desk.document:
            own = str(self.desk.document)
            self.refuse(f"document{suffix}", sentence("document-foreign", value=Quoted(document), own=own))
        if not all(named.values()):
            return None
        first, last = cells.lines(named["lines"])
        return evidence.Passage(document, named["section"], first, last, named["anchor"])

    def cite(self, node: NamedNode, path: str, words: str | None = None, suffix: str = "") -> None:
        """
        State the row's evidence for *node*; the printed *words*, when there are any, are the anchor.
        """
        passage = self.passage(suffix)
        if passage is None:
            return
        column = f"anchor{suffix}"
        if words is not None:
            anchor = " ".join(words.split()[: cells.ANCHOR_WORDS])
            passage = evidence.Passage(passage.document, passage.section, passage.first, passage.last, anchor)
            column = "lines"
        evidence.check(passage, self.row.where(column), self.texts, self.statements.problems)
        evidence.cite(node, path, passage, self.place, self.statements)

    def period(self, words_needed: bool = True) -> Period | None:
        """The time that the row states in ``schedule``, ``edtf`` and ``deadline_event``; None when it states none."""
        text, value = self.row.text("schedule"), self.row.text("edtf")
        event = (
            self.found("deadline_event")[0][0]
            if self.row.text("deadline_event") and self.found("deadline_event")
            else None
        )
        if not (text or value or self.row.text("deadline_event")):
            return None
        if not text and words_needed:
            self.refuse("schedule", sentence("schedule-words"))
        words = self.words(text) if text else None
        if value:
            decided = schedules.edtf(value)
            return Period(decided, words, event, "normalised" if self._plainly(words) == decided else "editorial")
        if self.row.text("deadline_event") or words is None:
            return Period(None, words, event, "normalised")
        try:
            read = schedules.parse(words.value, words.language or "")
        except schedules.ScheduleError as error:
            self.refuse("schedule", error.about(text))
            return None
        return Period(read, words, event, "editorial" if read.editorial else "normalised")

    @staticmethod
    def _plainly(words: Literal | None) -> schedules.Schedule | None:
        try:
            return schedules.parse(words.value, words.language or "") if words else None
        except schedules.ScheduleError:
            return None

    def time(self, node: NamedNode, period: Period, verbatim: bool = True) -> None:
        """State EDTF, envelope, precision and the words of *period* on *node*."""
        if verbatim and period.words:
            self.say(node, "hv:verbatim", period.words)
        read = period.schedule
        if read:
            self.say(node, "hv:edtf", Literal(read.edtf, datatype=property_(_EDTF)))
            if read.earliest_start:
                self.say(node, "hv:earliestStart", Literal(str(read.earliest_start), datatype=property_("xsd:date")))
            if read.latest_end:
                self.say(node, "hv:latestEnd", Literal(str(read.latest_end), datatype=property_("xsd:date")))
        self.say(node, "hv:precision", concept("precision", read.precision if read else "event"))
        if period.event:
            self.say(node, "hv:deadlineEvent", self.statements.iris.entity(period.event))

    def schedule(self, owner: str, node: NamedNode) -> None:
        """State the schedule of *node*, whose path is *owner*, as a node of its own with its words as evidence."""
        period = self.period()
        if period is None:
            return
        path = f"schedule/{owner.partition('/')[2]}-s1"
        schedule = self.statements.mint(path, "hv:Schedule", self.place)
        self.say(node, "hv:hasSchedule", schedule)
        self.time(schedule, period)
        self.say(schedule, "hv:openEnded", boolean(bool(period.schedule and period.schedule.open_ended)))
        self.say(schedule, "hv:assertionMode", concept("assertion-mode", period.mode))
        self.cite(schedule, path, period.words.value if period.words else None)
