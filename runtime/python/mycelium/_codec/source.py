"""Source text of a specialised function: lines, fresh names, constants, and its compilation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Any


class Source:
    """Lines of one module of generated functions, and the objects that they refer to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._depth = 0
        self._count = 0

    def line(self, text: str) -> None:
        """Adds a line at the current depth."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Adds a line that opens a block, and indents what follows."""
        self.line(head)
        self._depth += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.line("pass")
        self._depth -= 1

    def name(self, stem: str) -> str:
        """A name that nothing else in the module has."""
        self._count += 1
        return f"{stem}_{self._count}"

    def constant(self, value: Any, stem: str) -> str:
        """A name for an object that the functions use."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = self.name(stem.upper())
        self.constants[name] = value
        return name

    def insert_line(self, at: int, text: str) -> None:
        """Adds a line at the current depth before line number `at`."""
        self.lines.insert(at, "    " * self._depth + text)

    def set_line(self, at: int, text: str) -> None:
        """Puts another line, at the current depth, in place of line number `at`."""
        self.lines[at] = "    " * self._depth + text

    def compile_all(self, title: str) -> dict[str, Any]:
        """Runs the module and gives its functions by name."""
        scope = dict(self.constants)
        exec(
            compile("\n".join(self.lines), f"<mycelium codec of {title}>", "exec"),
            scope,
        )
        scope.pop("__builtins__")
        return {
            name: value for name, value in scope.items() if name not in self.constants
        }


class Leaf:
    """A number or a run of bytes at a place in an inline form, and the expression that it comes from."""

    __slots__ = ("code", "expression", "offset", "size")

    def __init__(self, offset: int, code: str, size: int, expression: str) -> None:
        self.offset = offset
        self.code = code
        self.size = size
        self.expression = expression


def struct_of(leaves: list[Leaf], size: int, prefix: str = "") -> Struct:
    """One `struct.Struct` for all leaves and the padding between and behind them."""
    codes = ["<", prefix]
    end = 0
    for leaf in leaves:
        if leaf.offset > end:
            codes.append(f"{leaf.offset - end}x")
        codes.append(leaf.code)
        end = leaf.offset + leaf.size
    if size > end:
        codes.append(f"{size - end}x")
    return Struct("".join(codes))
