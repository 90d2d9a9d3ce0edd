"""Variables of the environment in the strings of topology files.

`${NAME}` stands for the variable's value, `${NAME:-text}` for the text where the variable is not set
or empty, and `$$` for `$`. Any other `$` stands for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIABLE = re.compile(r"\$\$|\$\{([^}]*)(\}|$)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def expand(
    text: str, variable: Callable[[str], str | None]
) -> tuple[str, list[tuple[str, str, str]]]:
    """The text with its variables replaced, and what cannot be: as written, why, and the remedy."""
    unknown: list[tuple[str, str, str]] = []

    def replace(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        name, has_default, default = found[1].partition(":-")
        if not found[2] or not _NAME.fullmatch(name):
            what = f"{found[0]!r} is no variable of the environment"
            remedy = (
                "write `${NAME}` or `${NAME:-default}`, and `$$` where a `$` is meant"
            )
            unknown.append((found[0], what, remedy))
            return ""
        value = variable(name)
        if has_default:
            return value or default
        if value is None:
            what = f"the environment has no variable `{name}`"
            remedy = (
                f"set it, or write `${{{name}:-…}}` with what stands there otherwise"
            )
            unknown.append((found[0], what, remedy))
            return ""
        return value

    return _VARIABLE.sub(replace, text), unknown
