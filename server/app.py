"""
The composition root of the web service: settings in, application out.
"""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ontology.iris import Iris
from server import problems, settings, words
from server.context import Context
from server.routes import operations, queries, sparql, things
from sparql.asker import Asker
from sparql.versions import Versions


def create(chosen: settings.Settings) -> FastAPI:
    """
    The application that serves the versions under ``chosen.var``. The query pool runs in a process of its own.
    """
    iris = Iris(chosen.base_iri)
    # No /docs page: FastAPI's own loads its scripts from other people's hosts.
    app = FastAPI(title="Hankintaverkko", docs_url=None, redoc_url=None)
    app.state.context = Context(chosen, Versions(chosen.var), Asker(chosen.pool_socket), iris, words.read(iris))
    for module in (sparql, things, queries, operations):
        app.router.routes.extend(module.routes)

    @app.exception_handler(404)
    async def nothing_here(request: Request, _: Exception) -> Response:
        detail = f"there is nothing at {request.url.path}; begin at / or at /queries"
        return problems.problem(404, detail, request.headers.get("accept", ""))

    return app


def from_environment() -> FastAPI:
    """The application that the environment's settings make; what each web process runs."""
    return create(settings.read())
