"""
An answer of the query pool as an HTTP response.
"""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.problems import CORS
from sparql.asker import Answer

_MONTH = 2_592_000  # seconds


def version_headers(version: int, vary: str = "Accept") -> dict[str, str]:
    """The headers of every answer that was computed from version number *version*."""
    return {**CORS, "Hankinta-Version": str(version), "Vary": vary, "Cache-Control": "public, no-cache"}


def response(answer: Answer, headers: dict[str, str]) -> Response:
    """
    *answer* whole where it came in one piece, else streamed; a stream that breaks off aborts the connection.
    """
    if (whole := answer.whole) is not None:
        answer.close()
        return Response(whole, headers=headers, media_type=answer.content_type)
    return StreamingResponse(answer.body(), headers=headers, media_type=answer.content_type)


def preflight(_: Request) -> Response:
    """What a browser asks before it reads across origins."""
    allowed = {"Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS", "Access-Control-Allow-Headers": "Accept, Content-Type"}
    return Response(status_code=204, headers={**CORS, **allowed, "Access-Control-Max-Age": str(_MONTH)})
