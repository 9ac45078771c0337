"""
The class diagrams, drawn from the vocabulary.
"""

import re

from ontology import diagram
from ontology.namespaces import DEF, term


def test_every_class_is_drawn(statements):
    """No class of the vocabulary is missing from the pictures."""
    classes = {
        s.value.removeprefix(DEF) for s, _, o in statements if o == term("owl:Class") and s.value.startswith(DEF)
    }

    assert classes == {name for names in diagram.TOPICS.values() for name in names}


def test_arrows_are_what_people_assert():
    """Pictures show qualified properties, not the binaries, inverses and closures that follow."""
    drawn = set(re.findall(r" : (.*)", diagram.text()))
    names = {name for labels in drawn for name in labels.split(", ")}

    assert {"hasInvolvement", "dependencyTarget", "isPartOf"} <= names
    assert not names & {
        "responsible",
        "hasPart",
        "dependsOn",
        "involves",
        "isPartOfTransitively",
        "inheritedResponsible",
    }
