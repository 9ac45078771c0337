"""W3C's syntax suites over HTTP: what is SPARQL is not refused as if it were not, and what is not is."""

import pytest

from tests.conformance.manifests import SyntaxTest
from tests.conformance.served import UPDATE, Service

pytestmark = pytest.mark.long


def test_syntax(service: Service, syntax_test: SyntaxTest) -> None:
    """A request that is SPARQL succeeds; one that is not gets 400."""
    text = syntax_test.document.text
    updates = syntax_test.update
    response = service.write("POST", "/update", text.encode(), UPDATE) if updates else service.ask(text, "*/*")

    assert (200 <= response.status_code < 300) is syntax_test.valid, (response.status_code, response.text)
    assert syntax_test.valid or response.status_code == 400, (response.status_code, response.text)
