"""
The composition root of the web service: settings in, application out.
"""

import multiprocessing

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from ontology.iris import Iris
from server import clients, problems, settings, watch, words
from server.cache import Cache
from server.context import Context
from server.descriptions import Descriptions
from server.federating import Federation
from server.recall import Recall
from server.routes import description, operations, queries, sparql, store, things, timemaps, update, versions
from server.routes import problems as problem_types
from server.writer import Writer
from sparql.asker import Asker
from sparql.versions import Versions
from sparql.worker import die_with_parent

_LAST = 1.0  # seconds between a deadline and the end of its answer


def create(chosen: settings.Settings, watching: watch.Watch | None = None) -> FastAPI:
    """
    The application that serves the versions under ``chosen.var``. The query pool runs in a process of its own.

    *watching* is who counts and logs the requests, by default one that logs nowhere.
    """
    iris = Iris(chosen.base_iri)
    # No /docs page: FastAPI's own loads its scripts from other people's hosts.
    app = FastAPI(title="Hankintaverkko", docs_url=None, redoc_url=None)
    published, kept = Versions(chosen.var), Cache(chosen.cache_bytes)
    app.state.context = Context(
        chosen,
        published,
        Asker(chosen.pool_socket),
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
    app.add_middleware(clients.Named)
    app.add_middleware(Recall, cache=kept, versions=published)
    app.add_middleware(watch.Watched, watch=watching or watch.Watch(), kept=kept)  # the outermost
    return app


def from_environment() -> FastAPI:
    """The application that the environment's settings make; what each web process runs."""
    if multiprocessing.parent_process() is not None:
        die_with_parent()  # one of several: without the first process, nobody would end this one
    chosen = settings.read()
    logs = chosen.access_log != "off"
    watching = watch.Watch(watch.AccessLog(chosen.access_log, with_queries=chosen.log_queries) if logs else None)
    watching.end_gently(chosen.deadline + _LAST)
    return create(chosen, watching)
