"""
What an operator decides, read once from the environment; the only module that reads it.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent
_SWITCH = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts
_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_PUBLIC = "HANKINTA_PUBLIC_URL"
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on
_LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107


class SettingError(ValueError):
    """A setting that cannot be used; the message names it, what was met and what is accepted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    One field for each ``HANKINTA_*`` variable, with its default.

    *var* holds the versions, *data* the curated tables, *sources* the texts of the documents (empty: positions are not
    checked). *base_iri* begins the IRIs of instances; *public_url* is where the service is reached. *deadline* is in
    seconds, *query_memory* in bytes beyond the data, *answer_bytes* and *answer_rows* (solutions) bound one answer,
    *queries_per_client* is 0 for no bound, *memory_triples* is the largest version held in memory, *cache_bytes* bounds the
    answers that one web process keeps (0: none), *keep* the number of versions kept. *access_log* is a path, ``-`` or
    ``off``, and *log_queries* lets the text of queries stand there. *federation* names the endpoints that SERVICE may ask,
    *federation_private* hosts among them that may have addresses of this network; both with spaces between. With
    *union_default_graph* the default graph of queries is the union of all graphs, without it the stored one.
    """

    var: Path = Path("var")
    data: Path = CHECKOUT / "data"
    sources: str = ""
    base_iri: str = "https://w3id.org/hankintaverkko/"
    public_url: str = "http://127.0.0.1:8000"
    deadline: float = 30.0
    query_workers: int = 4
    queries_waiting: int = 64
    long_queries: int = 4
    queries_per_client: int = 48
    query_memory: int = 1 << 30
    answer_bytes: int = 1 << 32
    answer_rows: int = 10_000_000
    memory_triples: int = 4_000_000
    cache_bytes: int = 1 << 26
    keep: int = 20
    union_default_graph: bool = True
    access_log: str = "-"
    log_queries: bool = False
    write_bytes: int = 50_000_000
    write_memory: int = 2 << 30
    write_deadline: float = 60.0
    federation: str = ""
    federation_private: str = ""

    @property
    def endpoint(self) -> str:
        """
        Where queries are sent, with which their relative IRIs are resolved. Source: SPARQL 1.1 Protocol section 2.1.5.
        """
        return f"{self.public_url}/sparql"

    def __post_init__(self) -> None:
        for name in (
            "deadline",
            "query_workers",
            "long_queries",
            "query_memory",
            "answer_bytes",
            "answer_rows",
            "keep",
            "write_bytes",
            "write_memory",
            "write_deadline",
        ):
            if getattr(self, name) <= 0:
                raise SettingError(f"HANKINTA_{name.upper()} is {getattr(self, name)}; write a number above 0")
        if self.cache_bytes < 0:
            raise SettingError(
                f"HANKINTA_CACHE_BYTES is {self.cache_bytes}; write a number of bytes, or 0 to keep nothing"
            )
        for name in ("base_iri", "public_url"):
            if not getattr(self, name).startswith(("http://", "https://")):
                raise SettingError(f'HANKINTA_{name.upper()} is "{getattr(self, name)}"; write an http(s) address')
        for endpoint in self.endpoints:
            if not re.fullmatch(r"https?://[^/@\s<>\"]+(?:/[^\s<>\"]*)?", endpoint):
                raise SettingError(
                    f'HANKINTA_FEDERATION has "{endpoint}"; write http(s) addresses with spaces between them'
                )
        if not self.base_iri.endswith("/"):
            raise SettingError(f'HANKINTA_BASE_IRI is "{self.base_iri}"; write an address that ends in "/"')

    @property
    def endpoints(self) -> frozenset[str]:
        """The endpoints that SERVICE may name."""
        return frozenset(self.federation.split())

    @property
    def pool_socket(self) -> Path:
        """Where the query pool listens: under `var`, or in the temporary folder when that path is too long for a socket."""
        path = self.var.resolve() / "pool.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"hankinta-{digest}.sock"


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """
    The settings that *environment*, by default this process's, makes. An empty variable counts as absent.

    Raises:
        SettingError: A variable cannot be used, or is not one of ours though it begins like them.
    """
    variables = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    known = {f"HANKINTA_{field.name.upper()}": field for field in fields(Settings)}
    for name, value in variables.items():
        if not name.startswith("HANKINTA_") or not value:
            continue
        if name not in known:
            raise SettingError(f"{name} is no setting; there are {', '.join(sorted(known))}")
        field = known[name]
        try:
            given[field.name] = _converted(field.type, value)
        except (ValueError, KeyError):
            accepted = "on or off" if field.type is bool else "a number"
            raise SettingError(f'{name} is "{value}"; write {accepted}') from None
    if "public_url" in given:
        given["public_url"] = str(given["public_url"]).rstrip("/")
    return replace(Settings(), **given)


def _converted(kind: object, value: str) -> object:
    if kind is bool:
        return _SWITCH[value.strip().lower()]
    if kind is int:
        return int(value.replace("_", ""))
    if kind is float:
        return float(value)
    if kind is Path:
        return Path(value)
    return value


def locale_language(environment: Mapping[str, str] | None = None) -> str:
    """
    The language of the locale of *environment*, by default this process's: ``fi`` or ``sv``, else ``en``. Total.

    Source: POSIX.1-2017, Base Definitions, section 8.2.
    """
    variables = os.environ if environment is None else environment
    locale = next((variables[name] for name in _LOCALE if variables.get(name)), "")
    language = re.split("[^a-z]", locale, maxsplit=1)[0]
    return language if language in ("fi", "sv") else "en"


def announce(host: str, port: int) -> None:
    """
    Let the processes that this one starts take *port* of *host* for the public address, unless the environment names one.

    All addresses of this machine together (``0.0.0.0``, ``::``) are called ``127.0.0.1``.
    """
    if not os.environ.get(_PUBLIC):
        shown = "127.0.0.1" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
        os.environ[_PUBLIC] = f"http://{shown}:{port}"


def share_metrics(folder: Path) -> None:
    """Let this process and those that it starts count into *folder*, which is emptied. Before any of them counts."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[_METRICS] = str(folder)


def shares_metrics() -> bool:
    """Whether this process counts together with others."""
    return _METRICS in os.environ
