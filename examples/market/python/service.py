"""How a service of the pipeline that is written in Python is started, and what it says when it ends."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from lifeline import Lifeline, Stopped
from mycelium import MyceliumError


def main(
    name: str, description: str | None, serve: Callable[[Path, Path, Lifeline], None]
) -> int:
    """Runs a service with the topology and the folder for its report; 0 where it ended in order."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--topology", type=Path, required=True, help="file that names the nodes"
    )
    parser.add_argument(
        "--reports", type=Path, required=True, help="folder for the report"
    )
    parser.add_argument(
        "--supervised", action="store_true", help="end when standard input does"
    )
    options = parser.parse_args()
    try:
        serve(options.topology, options.reports, Lifeline(options.supervised))
    except Stopped as stopped:
        print(f"{name}: ended early: {stopped}", file=sys.stderr)
    except (MyceliumError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{name}: ended early: interrupted", file=sys.stderr)
    else:
        return 0
    return 1
