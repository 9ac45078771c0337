"""
What the parsers of RDF and JSON say of broken syntax, in the words of ``sentences.toml``.

Their messages are English and no interface: the usual ones are known by their pattern, any other one is quoted as the
parser's own words. The test that feeds them broken documents tells when a new release words them differently.
"""

import re

from loaders.sentences import SHOWN, Quoted, Sentence, sentence

_KNOWN = {
    r"The prefix (?P<prefix>\S*) has not been declared": "prefix-undeclared",
    r"Unknown prefix (?P<prefix>\S*)": "prefix-unknown",
    r"A dot is expected.*|Triples (?:should|must) be followed by a dot": "dot-expected",
    r"Unexpected end(?: of file)?": "end-unexpected",
    r"(?P<word>.+) is not a valid RDF object": "not-object",
    r"(?P<word>.+) is not a valid predicate": "not-predicate",
    r"(?P<word>.+) is not a valid subject or graph name": "not-subject",
    r"(?:error while parsing IRI '.*': )?Invalid IRI code point (?P<sign>.+)": "iri-character",
    r"No scheme found in an absolute IRI": "iri-relative",
    r"Line jumps are not allowed in string literals.*": "string-break",
    r"Unexpected escape character (?P<sign>.+)": "escape",
    r"(?:at \S+: )?unrecognized entity (?P<name>.+)": "entity",
    r"ill-formed document: expected (?P<expected>.+), but (?P<found>.+) was found": "tag-crossed",
    r"Expecting value": "json-value",
    r"Expecting property name enclosed in double quotes": "json-name",
    r"Expecting (?P<sign>'.') delimiter": "json-delimiter",
    r"Unterminated string starting at": "json-string",
    r"Extra data": "json-extra",
    r"Illegal trailing comma before end of .+": "json-comma",
    r"Invalid control character at": "json-control",
    r"Invalid \\\\?u?X* ?escape.*": "json-escape",
}


def explained(message: str) -> Sentence:
    """
    What the parser's *message* says, as a clause without a full stop; an unusual one in the parser's own words.
    """
    for pattern, key in _KNOWN.items():
        if found := re.fullmatch(pattern, message):
            return sentence(key, **{name: word[:SHOWN] for name, word in found.groupdict().items()})
    return sentence("foreign", words=Quoted(message))
