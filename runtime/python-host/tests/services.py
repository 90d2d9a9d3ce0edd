"""The services of the tests."""

import asyncio
import ctypes
import threading
import time
from decimal import Decimal

import mycelium
from market import Side, Trade, TradeFlags, Venue

runs = 0


def trade(number):
    return Trade(
        event_time=0,
        sent_time=0,
        trade_id=number,
        symbol="BTCUSDT",
        venue=Venue.BINANCE,
        side=Side.BUY,
        flags=TradeFlags(0),
        price=Decimal(1),
        quantity=Decimal(1),
    )


def returns(bus):
    """Has nothing to do."""


def fails(bus):
    """Fails each time, for a reason."""
    prices = []
    try:
        prices[1]
    except IndexError as error:
        raise ValueError("no price") from error


def fails_twice(bus):
    """Publishes when it comes for the third time."""
    global runs
    runs += 1
    if runs < 3:
        raise ValueError(f"run {runs}")
    with bus.publisher(Trade) as publisher:
        publisher.publish(trade(runs))


def exits(bus):
    raise SystemExit


def exits_with_three(bus):
    raise SystemExit(3)


def drains(bus):
    """Says at the end, on a topic that it has open still, how many it has received. Slow, so that some wait."""
    received = 0
    with bus.publisher(Trade) as publisher:
        for _ in bus.subscriber(Trade, capacity=1024):
            received += 1
            time.sleep(0.0001)
        publisher.publish(trade(received))


def publishes_as_told(bus, *, symbol, number):
    """Publishes a trade of what it is told beside the bus."""
    told = trade(int(number))
    told.symbol = symbol
    with bus.publisher(Trade) as publisher:
        publisher.publish(told)


async def in_a_loop(bus):
    with bus.subscriber(Trade) as subscriber:
        async for _ in subscriber:
            await asyncio.sleep(0)


def waits_for_ever(bus):
    """Waits for what no closing of a bus ends."""
    threading.Event().wait()


def keeps_the_lock(bus):
    """Says that it runs, and waits for ever in C, with the lock of the interpreter."""
    with bus.publisher(Trade) as publisher:
        publisher.publish(trade(1))
    ctypes.PyDLL(None).pause()


def leaves_a_thread(bus):
    """Leaves a thread behind that Python waits for at its end. A service's threads are daemons unless they say not."""
    threading.Thread(target=threading.Event().wait, daemon=False).start()


def waits_for_room(bus):
    """Waits for room that nobody makes, until its publisher is closed."""
    with bus.publisher(Trade) as publisher:
        while True:
            publisher.publish(trade(1))


def publishes_when_closed(bus):
    publisher = bus.publisher(Trade)
    publisher.close()
    publisher.publish(trade(1))


def leaves_everything_open(bus):
    """Returns, and leaves threads, a listener and a bus of its own behind."""
    own = mycelium.MessageBus()
    subscriber = own.subscriber(Trade)
    threading.Thread(target=lambda: list(subscriber), daemon=True).start()
    global kept
    kept = [own, subscriber, own.subscriber(Trade).listen(print)]


def closes_the_bus(bus):
    bus.close()
