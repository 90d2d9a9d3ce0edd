"""A function over a grid of parameters, on all processors or on a cluster.

>>> from concurrent.futures import ThreadPoolExecutor
>>> from mycelium.sweep import sweep
>>> def profit(params, seed):
...     return {"profit": params["size"] * (20 - (params["spread"] - 4) ** 2)}
>>> grid = {"spread": range(10), "size": [1, 2, 3]}
>>> with ThreadPoolExecutor() as executor:
...     table = sweep(profit, grid, executor, seed=42)
>>> best = table.best("profit")
>>> best.params, best.result
({'spread': 4, 'size': 3}, {'profit': 60})

Every point gets a seed of its own, made from the sweep's and its number, as in Rust. So the table is the same with
any executor, on any number of processors, and in any number of shards.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import multiprocessing
import os
import pickle
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass
from typing import Any, cast

from mycelium.arrow import sweep_table, write_parquet
from mycelium.errors import MyceliumError

__all__ = ["Run", "SweepError", "Table", "derive_seed", "sweep"]

Params = dict[str, Any]
Model = Callable[[Params, int], Any]

_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its number in the grid, its seed, its parameters, and what came of it."""

    index: int
    seed: int
    params: Params
    result: dict[str, Any]


class SweepError(MyceliumError):
    """A run raised an exception, which is the cause; the others were given up."""

    def __init__(self, index: int, params: Params) -> None:
        super().__init__(f"run {index} of the sweep, {params}, failed")
        self.index = index
        self.params = params


@dataclass(frozen=True, slots=True)
class Table:
    """Runs of a sweep, in the order of the grid."""

    runs: tuple[Run, ...]
    points: int
    """Points of the whole grid."""

    @property
    def is_complete(self) -> bool:
        """Whether every point of the grid has run."""
        return len(self.runs) == self.points

    def column(self, name: str) -> list[Any]:
        """The values of a result, or else of a parameter."""
        return [_value(run, name) for run in self.runs]

    def best(self, name: str) -> Run:
        """The run with the greatest value; of equal ones the first. A NaN is never the greatest."""
        comparable = [run for run in self.runs if not _is_nan(_value(run, name))]
        return max(comparable, key=lambda run: _value(run, name))

    def quantile(self, q: float, name: str) -> Any:
        """The smallest value that at least the share `q` of the runs does not exceed, NaNs apart."""
        if not 0 <= q <= 1:
            raise ValueError(f"a quantile is of a share from 0 to 1, not {q}")
        values = sorted(value for value in self.column(name) if not _is_nan(value))
        return values[max(math.ceil(q * len(values)) - 1, 0)]

    def to_csv(self) -> str:
        """The table as comma-separated values: number, seed, parameters, results.

        The columns are those of the first run. Raises `ValueError` where another run has other names.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self.runs:
            return ""
        first = self.runs[0]
        writer.writerow(["index", "seed", *first.params, *first.result])
        for run in self.runs:
            params = _cells(run, run.params, first.params)
            result = _cells(run, run.result, first.result)
            writer.writerow([run.index, run.seed, *params, *result])
        return text.getvalue()

    def to_arrow(self, *, seed: int | None = None, shard: str | None = None) -> Any:
        """The table as a `pyarrow.Table`, with the columns of `to_csv` and types that follow from the values.

        The metadata are those of Rust's `write_parquet`: the points of the grid, which columns are parameters and
        which results, and of the sweep its seed and its part, where they are given. Raises `ImportError` where
        pyarrow is not installed, and `ValueError` where runs have other names, or values of a column no type in
        common.
        """
        names: tuple[list[str], list[str]] = ([], [])
        if self.runs:
            names = (list(self.runs[0].params), list(self.runs[0].result))
        rows = [
            [
                *_cells(run, run.params, names[0]),
                *_cells(run, run.result, names[1]),
            ]
            for run in self.runs
        ]
        own = [[run.index for run in self.runs], [run.seed for run in self.runs]]
        columns = [list(column) for column in zip(*rows, strict=True)]
        facts = {
            "mycelium.points": str(self.points),
            "mycelium.params": ",".join(names[0]),
            "mycelium.results": ",".join(names[1]),
        }
        if seed is not None:
            facts["mycelium.seed"] = str(seed)
        if shard is not None:
            facts["mycelium.shard"] = shard
        named = zip([*names[0], *names[1]], columns, strict=False)
        return sweep_table(own[0], own[1], list(named), facts)

    def to_parquet(
        self, path: Any, *, seed: int | None = None, shard: str | None = None
    ) -> None:
        """Writes `to_arrow` to a Parquet file, as Rust's `write_parquet` does."""
        write_parquet(self.to_arrow(seed=seed, shard=shard), path)

    @staticmethod
    def merge(parts: Iterable[Table]) -> Table:
        """Puts the tables of all shards together."""
        tables = list(parts)
        if len({table.points for table in tables}) > 1:
            raise ValueError("the tables are of grids of different sizes")
        runs = sorted(
            (run for table in tables for run in table.runs), key=lambda run: run.index
        )
        for one, other in itertools.pairwise(runs):
            if one.index == other.index:
                raise ValueError(
                    f"two tables hold run {one.index}: give each shard another number"
                )
        return Table(tuple(runs), tables[0].points if tables else 0)


def derive_seed(seed: int, index: int) -> int:
    """The seed of one point: the same number as Rust's `derive_seed`."""
    walk = (seed ^ (index * 0xD134_2543_DE82_EF95)) & _MASK
    mixed = (walk + 0x9E37_79B9_7F4A_7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return mixed ^ (mixed >> 31)


def sweep(
    model: Model,
    grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
    executor: Executor | None = None,
    *,
    seed: int = 0,
    shard: str = "1/1",
    progress: bool = False,
) -> Table:
    """Calls `model(params, seed)` for every point of the grid; gives the table of results.

    The grid is a mapping of names to values, of which every combination is a point (the last name changes fastest),
    or the points themselves. A result is a mapping of names to values; any other value is named `result`.

    The executor is any of `concurrent.futures`, or one like them (Dask's `client.get_executor()`). Without one it is a pool of
    processes, one for each processor; then the model must be a function of a module. `shard="2/8"` takes the second
    of eight parts, and `Table.merge` puts them together. `progress` shows a bar on a terminal.

    Raises `SweepError` where a run raises an exception, which is its cause. One from another process has the traceback there
    as a note; one that cannot be pickled comes back as a `RuntimeError` that holds the traceback.
    """
    part = _parse_shard(shard)
    points = _points(grid)
    wanted = [index for index in range(len(points)) if _holds(part, index)]
    if executor is not None:
        return _run(model, points, wanted, executor, seed, progress)
    # A fresh interpreter each: a forked one would have this one's locks, and none of its threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        return _run(model, points, wanted, pool, seed, progress)


def _run(
    model: Model,
    points: list[Params],
    wanted: list[int],
    executor: Executor,
    seed: int,
    progress: bool,
) -> Table:
    jobs = _chunks(points, wanted, seed)
    at_once = 4 * (os.cpu_count() or 1)
    running: set[Future[_Ended]] = set()
    runs: list[Run] = []
    started = time.monotonic()
    try:
        while True:
            for job in itertools.islice(jobs, at_once - len(running)):
                running.add(executor.submit(_run_chunk, model, job))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                runs.extend(_take(future.result()))
            if progress:
                _show(len(runs), len(wanted), time.monotonic() - started)
    except BaseException:
        for future in running:
            future.cancel()
        raise
    return Table(tuple(sorted(runs, key=lambda run: run.index)), len(points))


class _Raised:
    """What a run has raised. It is itself in this process, and survives the way from another one."""

    def __init__(self, error: Exception, note: str | None = None) -> None:
        self.error = error
        if note is not None:
            error.add_note(note)

    def __reduce__(self) -> tuple[type[_Raised], tuple[Exception, str | None]]:
        text = "".join(traceback.format_exception(self.error)).rstrip()
        try:
            arrives = type(pickle.loads(pickle.dumps(self.error)))
        except Exception:  # whatever the exception's own code makes of it
            arrives = None
        if arrives is type(self.error):
            return _Raised, (self.error, f"where it was raised:\n{text}")
        return _Raised, (RuntimeError(text), None)


_Ended = tuple[list[Run], tuple[int, Params, _Raised] | None]


def _run_chunk(model: Model, job: list[tuple[int, int, Params]]) -> _Ended:
    """Runs where the executor wants it to; what a run raises is handed back, with its place."""
    runs: list[Run] = []
    for index, seed, params in job:
        try:
            result = model(dict(params), seed)
        except Exception as error:
            return runs, (index, params, _Raised(error))
        named = dict(result) if isinstance(result, Mapping) else {"result": result}
        runs.append(Run(index, seed, params, named))
    return runs, None


def _take(ended: _Ended) -> list[Run]:
    runs, failed = ended
    if failed is not None:
        index, params, raised = failed
        raise SweepError(index, params) from raised.error
    return runs


def _chunks(
    points: list[Params], wanted: list[int], seed: int
) -> Iterator[list[tuple[int, int, Params]]]:
    """Points in bundles: so few that all processors end together, so many that sending costs little."""
    size = max(1, min(256, len(wanted) // (8 * (os.cpu_count() or 1))))
    for first in range(0, len(wanted), size):
        bundle = wanted[first : first + size]
        yield [(index, derive_seed(seed, index), points[index]) for index in bundle]


def _points(
    grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
) -> list[Params]:
    if not isinstance(grid, Mapping):
        return [dict(point) for point in grid]
    # Not one that is a sequence of points too, as far as types go.
    table = cast("Mapping[str, Iterable[Any]]", grid)
    names = list(table)
    combinations = itertools.product(*table.values())
    return [dict(zip(names, values, strict=True)) for values in combinations]


def _parse_shard(text: str) -> tuple[int, int]:
    index, _, count = text.partition("/")
    if index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count):
        return int(index), int(count)
    raise ValueError(
        f"{text!r} is no shard: write 'i/n', with i from 1 to n, as in '2/8'"
    )


def _holds(shard: tuple[int, int], index: int) -> bool:
    return index % shard[1] == shard[0] - 1


def _cells(run: Run, values: dict[str, Any], names: Iterable[str]) -> list[Any]:
    """The values of a run in the order of the first one's names."""
    names = list(names)
    if values.keys() != set(names):
        raise ValueError(
            f"run {run.index} has the columns {list(values)}, the first one {names}"
        )
    return [values[name] for name in names]


def _value(run: Run, name: str) -> Any:
    return run.result[name] if name in run.result else run.params[name]


def _is_nan(value: Any) -> bool:
    return bool(value != value)


def _show(done: int, total: int, took: float) -> None:
    if sys.stderr.isatty():
        filled = 30 * done // max(total, 1)
        bar = "█" * filled + "░" * (30 - filled)
        end = "\n" if done == total else ""
        print(
            f"\r{bar} {done}/{total}  {done / max(took, 1e-9):.0f}/s  ",
            end=end,
            file=sys.stderr,
        )
