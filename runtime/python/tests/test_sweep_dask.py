"""A sweep by Dask's executor, in processes of a local cluster: for real, where Dask is installed."""

import pytest

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install distributed"
)

from test_sweep import GRID, Inline, model, raises  # noqa: E402

import mycelium  # noqa: E402
from mycelium.sweep import SweepError  # noqa: E402

# Dask's own code, and what it takes from others.
pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def executor():
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        yield client.get_executor()


def test_the_table_is_that_of_any_other_executor(executor):
    table = mycelium.sweep(model, GRID, executor, seed=5)
    assert table.is_complete
    assert table == mycelium.sweep(model, GRID, Inline(), seed=5)


@pytest.mark.parametrize(
    ("kind", "cause"), [("plain", LookupError), ("holder", RuntimeError)]
)
def test_what_a_run_raises_comes_back(executor, kind, cause):
    with pytest.raises(SweepError, match="run 0 ") as raised:
        mycelium.sweep(raises, {"kind": [kind]}, executor)
    assert type(raised.value.__cause__) is cause
    assert kind in str(raised.value.__cause__)
