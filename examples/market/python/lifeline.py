"""How a service that was started by another process learns that it should end."""

import os
import select

PARENT_VANISHED = "the process that started this one vanished"


class Stopped(Exception):
    """Somebody told the service to end; the text says who and why."""


class Lifeline:
    """Standard input: a line on it is the reason to end, its end means that the parent is gone."""

    def __init__(self, supervised: bool) -> None:
        self.supervised = supervised

    def check(self) -> None:
        """Raises `Stopped` where the service was told to end."""
        if not self.supervised or not select.select([0], [], [], 0)[0]:
            return
        reason = os.read(0, 4096).decode(errors="replace").strip()
        raise Stopped(reason or PARENT_VANISHED)
