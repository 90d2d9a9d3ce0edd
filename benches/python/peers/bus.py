"""Messages between parts of one Python process, in Python and in Rust: our bus beside queues, ZeroMQ and a bare call.

Prints Markdown tables. `cargo xtask bench --python` runs it behind `side_by_side.py`; the argument is the library of
`examples/extension`, which holds the ends in Rust.
"""

import asyncio
import importlib.util
import queue
import sys
import threading
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader
from time import perf_counter_ns
from typing import Any

import mycelium
import zmq
from mycelium import _core
from shapes import Book, Trade

BATCH = 100
ROUNDS = 3000
TRIPS = 4000

TRADE = Trade(1_723_161_255_030, 7, "BTCUSDT", 60000.1, 0.001, 1)

Cell = list[float]


def main() -> None:
    rust = load(sys.argv[1])
    print(one_thread(rust))
    print()
    print(round_trips(rust))


def load(path: str) -> Any:
    """The extension, whatever its file is called."""
    loader = ExtensionFileLoader("extension", path)
    spec = importlib.util.spec_from_loader("extension", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def one_thread(rust: Any) -> str:
    """What a call costs its caller; each batch is published and then received."""
    bus = mycelium.MessageBus()
    publisher = bus.publisher(Trade)
    values = pair(publisher.publish, bus.subscriber(Trade).try_recv)
    bus.close()
    bus = mycelium.MessageBus()
    publisher = bus.publisher(Trade)
    views = pair(publisher.publish, bus.subscriber(Trade, views=True).try_recv)
    bus.close()
    assert TRADE == Trade.from_frame(TRADE.to_frame())
    rows = {
        "mycelium, values": values,
        "mycelium, views": views,
        "mycelium, batches": batches(),
        "mycelium, Python to Rust": to_rust(rust),
        "mycelium, Rust to Python, values": from_rust(rust, views=False),
        "mycelium, Rust to Python, views": from_rust(rust, views=True),
        "queue.SimpleQueue, the object": simple_queue(),
        "asyncio.Queue, the object": asyncio.run(asyncio_queue()),
        "pyzmq inproc, our frame": zmq_inproc(),
    }
    lines = [
        "| ns a message | send p50 | p99 | receive p50 | p99 |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, (send, receive) in rows.items():
        lines.append(f"| {name} | {quantiles(send)} | {quantiles(receive)} |")
    bare = repeat(_core.Wake().fileno)
    lines.append(f"| a bare call into Rust | {quantiles(bare)} | | |")
    return "\n".join(lines)


def pair(send: Callable[[Any], object], receive: Callable[[], object]) -> Any:
    """Batches in turns; gives what a message took on either side."""
    sent, received = [], []
    for _ in range(ROUNDS):
        sent.append(feed(send))
        received.append(drain(receive))
    return sent, received


def feed(send: Callable[[Any], object]) -> float:
    trade, batch = TRADE, range(BATCH)
    start = perf_counter_ns()
    for _ in batch:
        send(trade)
    return (perf_counter_ns() - start) / BATCH


def drain(receive: Callable[[], object]) -> float:
    batch = range(BATCH)
    start = perf_counter_ns()
    for _ in batch:
        receive()
    return (perf_counter_ns() - start) / BATCH


def repeat(call: Callable[[], object]) -> Cell:
    return [drain(call) for _ in range(ROUNDS)]


def batches() -> Any:
    bus = mycelium.MessageBus()
    publisher, subscriber = bus.publisher(Trade), bus.subscriber(Trade)
    sent, received = [], []
    for _ in range(ROUNDS):
        sent.append(feed(publisher.publish))
        start = perf_counter_ns()
        taken = len(subscriber.recv_batch())
        received.append((perf_counter_ns() - start) / BATCH)
        assert taken == BATCH
    bus.close()
    return sent, received


def to_rust(rust: Any) -> Any:
    with mycelium.MessageBus() as bus:
        publish, ends = bus.publisher(Trade).publish, rust.Ends(bus, True)
        cells = [(feed(publish), ends.receive(BATCH)) for _ in range(ROUNDS)]
    return [sent for sent, _ in cells], [received for _, received in cells]


def from_rust(rust: Any, *, views: bool) -> Any:
    with mycelium.MessageBus() as bus:
        ends, receive = (
            rust.Ends(bus, False),
            bus.subscriber(Trade, views=views).try_recv,
        )
        cells = [(ends.publish(BATCH), drain(receive)) for _ in range(ROUNDS)]
    return [sent for sent, _ in cells], [received for _, received in cells]


def simple_queue() -> Any:
    waiting: queue.SimpleQueue[Trade] = queue.SimpleQueue()
    return pair(waiting.put, waiting.get_nowait)


async def asyncio_queue() -> Any:
    waiting: asyncio.Queue[Trade] = asyncio.Queue()
    return pair(waiting.put_nowait, waiting.get_nowait)


def zmq_inproc() -> Any:
    with zmq.Context() as context, context.socket(zmq.PAIR) as there:
        there.bind("inproc://trades")
        with context.socket(zmq.PAIR) as here:
            here.connect("inproc://trades")
            decode = Trade.from_frame
            return pair(
                lambda trade: here.send(trade.to_frame()), lambda: decode(there.recv())
            )


def round_trips(rust: Any) -> str:
    """To another thread and back, one at a time: waiting, waking and the interpreter's lock included."""
    rows = {
        "mycelium, `recv`": with_bus("recv"),
        "mycelium, callbacks": with_bus("listen"),
        "mycelium, asyncio": with_bus("async"),
        "mycelium, Rust answers, both spin": rust_answers(rust),
        "mycelium, Rust asks, Python polls": rust_asks(rust, "poll"),
        "mycelium, Rust asks, `recv`": rust_asks(rust, "recv"),
        "mycelium, Rust asks, callbacks": rust_asks(rust, "listen"),
        "mycelium, Rust asks, asyncio": rust_asks(rust, "async"),
        "queue.SimpleQueue": with_simple_queues(),
        "asyncio.Queue, call_soon_threadsafe": with_asyncio_queue(),
        "pyzmq inproc": with_zmq(),
    }
    lines = ["| µs there and back | p50 | p99 |", "|---|--:|--:|"]
    for name, cell in rows.items():
        lines.append(f"| {name} | {quantiles([ns / 1000 for ns in cell], 1)} |")
    return "\n".join(lines)


def with_bus(how: str) -> Cell:
    """Trades go there, books come back."""
    with mycelium.MessageBus() as bus:
        there, answers = bus.publisher(Trade), bus.subscriber(Book)
        answer(bus, how)

        def trip() -> None:
            there.publish(TRADE)
            answers.recv()

        return timed(trip)


def answer(bus: mycelium.MessageBus, how: str) -> None:
    """Answers in another thread of Python."""
    back, book = bus.publisher(Book), Book(1, "BTCUSDT", [], [])
    questions = bus.subscriber(Trade, views=True)
    if how == "listen":
        questions.listen(lambda _: back.publish(book))
    elif how == "async":
        start(lambda: asyncio.run(answer_all(questions, back, book)))
    elif how == "poll":
        start(lambda: answer_spinning(questions, back, book))
    else:
        start(lambda: [back.publish(book) for _ in questions])


def answer_spinning(questions: Any, back: Any, book: Book) -> None:
    try:
        while True:
            if questions.try_recv() is not None:
                back.publish(book)
    except mycelium.Closed:
        pass


def rust_answers(rust: Any) -> Cell:
    """A thread of Rust answers, and neither it nor this one sleeps."""
    with mycelium.MessageBus() as bus:
        there = bus.publisher(Trade)
        poll = bus.subscriber(Book, views=True).try_recv
        answers = rust.Answers(bus)

        def trip() -> None:
            there.publish(TRADE)
            while poll() is None:
                pass

        cell = timed(trip)
        assert answers.stop() == TRIPS
        return cell


def rust_asks(rust: Any, how: str) -> Cell:
    """This thread asks, in Rust and without the lock, and never sleeps."""
    with mycelium.MessageBus() as bus:
        answer(bus, how)
        return rust.ask(bus, TRIPS)


async def answer_all(questions: Any, back: Any, book: Book) -> None:
    async for _ in questions:
        back.publish(book)


def with_simple_queues() -> Cell:
    there: queue.SimpleQueue[Any] = queue.SimpleQueue()
    back: queue.SimpleQueue[Any] = queue.SimpleQueue()
    start(lambda: [back.put(trade) for trade in iter(there.get, None)])

    def trip() -> None:
        there.put(TRADE)
        back.get()

    cell = timed(trip)
    there.put(None)
    return cell


def with_asyncio_queue() -> Cell:
    back: queue.SimpleQueue[Any] = queue.SimpleQueue()
    ready: queue.SimpleQueue[Any] = queue.SimpleQueue()

    async def answer() -> None:
        waiting: asyncio.Queue[Any] = asyncio.Queue()
        ready.put((asyncio.get_running_loop(), waiting))
        while (trade := await waiting.get()) is not None:
            back.put(trade)

    start(lambda: asyncio.run(answer()))
    loop, waiting = ready.get()

    def trip() -> None:
        loop.call_soon_threadsafe(waiting.put_nowait, TRADE)
        back.get()

    cell = timed(trip)
    loop.call_soon_threadsafe(waiting.put_nowait, None)
    return cell


def with_zmq() -> Cell:
    with zmq.Context() as context, context.socket(zmq.PAIR) as here:
        here.bind("inproc://trips")

        def answer() -> None:
            with context.socket(zmq.PAIR) as there:
                there.connect("inproc://trips")
                while frame := there.recv():
                    there.send(Trade.from_frame(frame).to_frame())

        thread = start(answer)

        def trip() -> None:
            here.send(TRADE.to_frame())
            Trade.from_frame(here.recv())

        cell = timed(trip)
        here.send(b"")
        thread.join()
        return cell


def start(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def timed(trip: Callable[[], None]) -> Cell:
    cell = []
    for _ in range(TRIPS):
        begin = perf_counter_ns()
        trip()
        cell.append(float(perf_counter_ns() - begin))
    return cell


def quantiles(cell: Cell, digits: int = 0) -> str:
    ordered = sorted(cell)
    median, late = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"{median:.{digits}f} | {late:.{digits}f}"


if __name__ == "__main__":
    main()
