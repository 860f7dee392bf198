"""Independent runs, on the processors of this machine or on a Dask scheduler; the results do not depend on where they ran."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from samvirke.errors import MissingExtraError, OptionError
from samvirke.vocabulary.language import Text

Job = TypeVar("Job")
Result = TypeVar("Result")
Watch = Callable[[int, int], None]

BATCHES = 25
"""How often those who watch are told."""
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss)://)?[^\s/:]+:[0-9]{1,5}")
_watching: ContextVar[Watch | None] = ContextVar("watching", default=None)


def each(function: Callable[[Job], Result], jobs: Iterable[Job]) -> list[Result]:
    """Return the result of every job, in their order.

    Jobs run in threads of this process, so the function must let others run while it works (compiled loops do); inside `on_scheduler`
    they run where the scheduler has its workers. A job carries its own seed, which is why the results are the same.

    Examples
    --------
    >>> each(abs, [-1, 2])
    [1, 2]
    """
    from joblib import Parallel, delayed

    own, watch = list(jobs), _watching.get()
    size = len(own) if watch is None else -(-len(own) // BATCHES)
    found: list[Result] = []
    for begin in range(0, len(own), max(size, 1)):
        found += Parallel(n_jobs=-1, prefer="threads")(delayed(function)(job) for job in own[begin : begin + size])
        if watch is not None:
            watch(len(found), len(own))
    return found


@contextmanager
def watched(watch: Watch | None) -> Iterator[None]:
    """Tell how many jobs of how many are done, while what is asked inside runs.

    Examples
    --------
    >>> with watched(lambda done, of: print(done, of)):
    ...     each(abs, [-1, 2])
    1 2
    2 2
    [1, 2]
    """
    token = _watching.set(watch)
    try:
        yield
    finally:
        _watching.reset(token)


@contextmanager
def on_scheduler(address: str | None) -> Iterator[None]:
    """Run what is asked inside on a Dask scheduler, whose workers have samvirke installed; None is this machine.

    Raises
    ------
    OptionError
        When there is no scheduler at the address, or it has no workers.
    MissingExtraError
        When distributed is not installed.

    Examples
    --------
    >>> import samvirke
    >>> with on_scheduler(None):
    ...     samvirke.ask("consolidation", samvirke.open_edition("nibr-2015"), draws=39).seed
    1
    """
    if address is None:
        yield
        return
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("distributed", "cluster") from None
    from joblib import parallel_config

    wanted = Text(
        nb="adressen til en Dask-planlegger i drift med minst én arbeider, som tcp://10.0.0.1:8786",
        nn="adressa til ein Dask-planleggjar i drift med minst éin arbeidar, som tcp://10.0.0.1:8786",
        en="the address of a running Dask scheduler with at least one worker, such as tcp://10.0.0.1:8786",
    )
    if not _ADDRESS.fullmatch(address) or int(address.rsplit(":", 1)[1]) > 65535:
        raise OptionError("scheduler", address, wanted)
    try:
        client: Any = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, ImportError):
        raise OptionError("scheduler", address, wanted) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise OptionError("scheduler", address, wanted)
        with parallel_config(backend="dask", client=client):
            yield
