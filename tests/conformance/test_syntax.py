"""W3C's syntax suites over HTTP: what is SPARQL is not refused as if it were not, and what is not is."""

import pytest

from tests.conformance.manifests import SyntaxTest
from tests.conformance.served import UPDATE, Service

pytestmark = pytest.mark.long


def test_syntax(service: Service, syntax_test: SyntaxTest) -> None:
    """A request that is SPARQL is carried out, or told that the data does not allow it (409); one that is not gets 400."""
    text = syntax_test.document.text
    updates = syntax_test.update
    response = service.write("POST", "/update", text.encode(), UPDATE) if updates else service.ask(text, "*/*")

    if syntax_test.valid:
        assert response.is_success or response.status_code == 409, (response.status_code, response.text)
    else:
        assert response.status_code == 400, response.text
