"""Sweeps: the same table with any executor and in any number of shards."""

import doctest
import random
import threading
import traceback
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

import mycelium
from mycelium.sweep import Run, SweepError, Table, derive_seed

GRID = {"spread": range(20), "name": ["plain", "with, comma", 'with "quotes"']}


def model(params, seed):
    dice = random.Random(seed)
    return {"profit": params["spread"] - dice.randrange(10), "risk": dice.random()}


def one_that_fails(params, seed):
    if params["spread"] == 7:
        raise RuntimeError("seven")
    return params["spread"]


class Picky(Exception):
    """Is pickled, but not unpickled: that gives its maker one argument of two."""

    def __init__(self, what, where):
        super().__init__(f"{what} at {where}")


class Holder(Exception):
    """Holds what cannot be pickled."""

    def __init__(self, what):
        super().__init__(what)
        self.lock = threading.Lock()


def raises(params, seed):
    match params["kind"]:
        case "plain":
            raise LookupError("plain")
        case "picky":
            raise Picky("picky", "noon")
        case _:
            raise Holder("holder")


class Inline(Executor):
    """Runs at once, where it is asked: the least that an executor can be."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_the_table_is_the_same_with_any_executor():
    of_processes = mycelium.sweep(model, GRID, seed=5)
    assert of_processes.is_complete
    assert len(of_processes.runs) == 60
    assert mycelium.sweep(model, GRID, Inline(), seed=5) == of_processes
    for threads in [1, 2, 5]:
        with ThreadPoolExecutor(threads) as executor:
            assert mycelium.sweep(model, GRID, executor, seed=5) == of_processes
    assert mycelium.sweep(model, GRID, Inline(), seed=6) != of_processes


def test_shards_make_the_whole():
    parts = [mycelium.sweep(model, GRID, Inline(), shard=f"{i}/7") for i in range(1, 8)]
    whole = mycelium.sweep(model, GRID, Inline())
    assert not parts[0].is_complete
    assert Table.merge(parts) == whole
    with pytest.raises(ValueError, match="two tables hold run 0"):
        Table.merge([*parts, whole])
    with pytest.raises(ValueError, match="different sizes"):
        Table.merge([whole, Table((), 3)])
    for text in ["0/7", "8/7", "1", "/", "a/b", "1/0", "-1/2"]:
        with pytest.raises(ValueError, match="is no shard"):
            mycelium.sweep(model, GRID, Inline(), shard=text)
        with pytest.raises(ValueError, match="is no shard"):
            mycelium.sweep(model, [], Inline(), shard=text)


def test_a_run_that_fails_is_named():
    with pytest.raises(SweepError, match=r"run 21 .*'spread': 7") as raised:
        mycelium.sweep(one_that_fails, GRID, Inline())
    assert raised.value.index == 21
    assert str(raised.value.__cause__) == "seven"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("plain", LookupError), ("picky", RuntimeError), ("holder", RuntimeError)],
)
def test_what_a_run_raises_survives_the_way_from_another_process(kind, expected):
    with pytest.raises(SweepError, match="run 0 ") as raised:
        mycelium.sweep(raises, {"kind": [kind]})
    cause = raised.value.__cause__
    assert type(cause) is expected
    told = "".join(traceback.format_exception(cause))
    assert "in raises" in told
    assert kind in str(cause)


def test_what_a_run_raises_is_itself_in_this_process():
    with pytest.raises(SweepError) as raised:
        mycelium.sweep(raises, {"kind": ["holder"]}, Inline())
    assert type(raised.value.__cause__) is Holder


def test_columns_are_those_of_the_first_run():
    def crossed(params, seed):
        return {"b": 1, "a": 2} if params["x"] else {"a": 2, "b": 1}

    points = [{"x": 0, "y": 5}, {"y": 5, "x": 1}]
    lines = mycelium.sweep(crossed, points, Inline()).to_csv().splitlines()
    assert lines[0] == "index,seed,x,y,a,b"
    assert [line.split(",")[2:] for line in lines[1:]] == [
        ["0", "5", "2", "1"],
        ["1", "5", "2", "1"],
    ]
    odd = mycelium.sweep(crossed, [{"x": 0}, {"x": 1, "y": 5}], Inline())
    with pytest.raises(ValueError, match=r"run 1 has the columns \['x', 'y'\]"):
        odd.to_csv()


def test_points_may_be_given_and_a_bare_result_has_a_name():
    table = mycelium.sweep(one_that_fails, [{"spread": 3}, {"spread": 1}], Inline())
    assert table.column("result") == [3, 1]
    assert table.best("result") == Run(
        0, derive_seed(0, 0), {"spread": 3}, {"result": 3}
    )
    assert table.to_csv().splitlines()[0] == "index,seed,spread,result"
    assert mycelium.sweep(model, [], Inline()) == Table((), 0)


def test_best_and_quantiles():
    def odd(params, _seed):
        return float("nan") if params["x"] < 50 else -params["x"]

    table = mycelium.sweep(odd, {"x": range(100)}, Inline())
    assert table.best("result").params == {"x": 50}
    assert table.quantile(0, "result") == -99
    assert [table.quantile(q, "x") for q in [0, 0.01, 0.05, 0.5, 1]] == [
        0,
        0,
        4,
        49,
        99,
    ]
    with pytest.raises(ValueError, match="from 0 to 1"):
        table.quantile(1.1, "x")


def test_text_is_quoted():
    line = mycelium.sweep(model, GRID, Inline()).to_csv().splitlines()[3]
    assert line.split(",", 3)[3].startswith('"with ""quotes""",')


def test_arrow_has_the_types_and_the_file_keeps_them(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = mycelium.sweep(model, GRID, Inline(), seed=(1 << 64) - 1, shard="2/4")
    arrow = table.to_arrow(seed=5, shard="2/4")
    wanted = [
        pa.uint64(),
        pa.uint64(),
        pa.int64(),
        pa.string(),
        pa.int64(),
        pa.float64(),
    ]
    assert arrow.schema.types == wanted
    assert arrow.column_names == ["index", "seed", "spread", "name", "profit", "risk"]
    assert arrow["risk"].to_pylist() == table.column("risk")
    assert arrow["seed"].to_pylist() == [run.seed for run in table.runs]
    facts = {
        "points": "60",
        "params": "spread,name",
        "results": "profit,risk",
        "seed": "5",
        "shard": "2/4",
    }
    table.to_parquet(tmp_path / "sweep.parquet", seed=5, shard="2/4")
    read = parquet.read_table(tmp_path / "sweep.parquet")
    assert read == arrow
    for key, value in facts.items():
        assert read.schema.metadata[f"mycelium.{key}".encode()] == value.encode()


def test_arrow_of_no_runs_and_of_values_without_a_type_in_common():
    pytest.importorskip("pyarrow")
    nothing = mycelium.sweep(model, [], Inline()).to_arrow()
    assert (nothing.num_rows, nothing.column_names) == (0, ["index", "seed"])
    mixed = mycelium.sweep(lambda params, _: params["x"], {"x": [1, "a"]}, Inline())
    with pytest.raises(ValueError, match="column 'x' has no type in Arrow"):
        mixed.to_arrow()


def test_seeds_are_those_of_rust():
    seeds = [derive_seed(0, 0), derive_seed(42, 1), derive_seed((1 << 64) - 1, 9_999)]
    assert seeds == [
        16_294_208_416_658_607_535,
        527_119_514_220_057_781,
        8_168_282_444_125_611_715,
    ]


def test_the_examples():
    import sys

    result = doctest.testmod(sys.modules["mycelium.sweep"])
    assert result.attempted
    assert not result.failed
