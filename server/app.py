"""
The composition root of the web service: settings in, application out.
"""

import contextlib
import gc
import logging
import multiprocessing
from collections.abc import AsyncIterator
from typing import cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from ontology.iris import Iris
from server import clients, metrics, problems, settings, watch, words
from server.accesslog import AccessLog
from server.cache import Cache
from server.connections import APPLICATION
from server.context import Context
from server.descriptions import Descriptions
from server.direct import Direct
from server.federating import Federation
from server.recall import Recall
from server.recalling import RECALL
from server.routes import description, operations, queries, sparql, store, things, timemaps, update, versions
from server.routes import problems as problem_types
from server.tally import Tally
from server.writer import Writer
from sparql.asker import Asker, Express
from sparql.versions import Versions
from sparql.worker import die_with_parent

_LAST = 1.0  # seconds between a deadline and the end of its answer
# Collections of younger garbage before the oldest is looked for as well: among thousands of answers that are kept that takes
# 50 ms, in which nobody is answered.
_OLDEST = 100


class Application(FastAPI):
    """
    The routes of FastAPI with a *front* of plain ASGI layers, through which a request comes before the framework spends time.
    """

    context: Context
    front: Recall
    watched: ASGIApp

    async def framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the routes."""
        await super().__call__(scope, receive, send)

    async def anew(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to which no recent answer can be given again."""
        scope["app"] = self  # as the framework does later
        await self.watched(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, from the front on."""
        await self.front(scope, receive, send)


def create(chosen: settings.Settings, watching: watch.Watch | None = None) -> Application:
    """
    The application that serves the versions under ``chosen.var``. The query pool runs in a process of its own.

    *watching* is who counts and logs the requests, by default one that logs nowhere.
    """
    iris = Iris(chosen.base_iri)
    # No /docs page: FastAPI's own loads its scripts from other people's hosts. The routes are not its own, so it knows no paths.
    app = Application(title="Hankintaverkko", openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan)
    published, kept = Versions(chosen.var), Cache(chosen.cache_bytes)
    app.context = Context(
        chosen,
        published,
        Express(Asker(chosen.pool_socket)),
        iris,
        words.read(iris),
        Writer(chosen),
        kept,
        Federation(chosen),
    )
    app.state.descriptions = Descriptions()
    for module in (sparql, store, update, versions, things, queries, description, operations, problem_types, timemaps):
        app.router.routes.extend(module.routes)

    # A redirect to the address without its slash would be made of the Host header.
    app.router.redirect_slashes = False
    app.add_exception_handler(HTTPException, problems.unrouted)
    direct = Direct(app.framework, sparql.PATH, sparql.METHODS, sparql.answers)
    watching, counted = watching or watch.Watch(), metrics.CacheCount(kept)
    watching.tally = Tally(watching.log, counted)
    app.watched = watch.Watched(clients.Named(direct), watching, counted)
    app.front = Recall(app.anew, kept, published, watching.tally)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
    application = cast(Application, app)
    async with application.context.asker.lanes():
        yield {RECALL: application.front, APPLICATION: app}


def from_environment() -> ASGIApp:
    """The application that the environment's settings make, its front foremost; what each web process runs."""
    if multiprocessing.parent_process() is not None:
        die_with_parent()  # one of several: without the first process, nobody would end this one
    logging.getLogger("uvicorn.error").addFilter(watch.InALine())
    chosen = settings.read()
    logs = chosen.access_log != "off"
    watching = watch.Watch(AccessLog(chosen.access_log, with_queries=chosen.log_queries) if logs else None)
    watching.end_gently(chosen.deadline + _LAST)
    application = create(chosen, watching).front
    gc.collect()
    gc.freeze()  # what was made once is not looked through again and again
    gc.set_threshold(*gc.get_threshold()[:2], _OLDEST)
    return application
