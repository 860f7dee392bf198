"""The command line. `_ask` holds the commands that answer, `_make` those that make an edition, `_agreement` and `_coding` those on agreements, `_evidence` those that bring evidence in, `_plan` and `_plan_places` those that plan; all that is slow loads inside the command."""

from __future__ import annotations

import os
import sys

from cyclopts import CycloptsError

from samvirke.cli import _agreement, _ask, _coding, _evidence, _make, _plan, _plan_places  # noqa: F401 - their commands register themselves
from samvirke.cli._common import app

__all__ = ["app", "main"]


def _open_streams() -> None:
    """Write UTF-8 to files and pipes whatever the system's own encoding; where a stream is closed, write to nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")


def main() -> None:
    """Run the command line; exit code 1 for whatever a user can mend."""
    _open_streams()
    try:
        app(exit_on_error=False)
    except CycloptsError:
        sys.exit(1)
