"""A service in Python that judges signals; `judged_by_python.rs` hosts it."""

from __future__ import annotations

import mycelium
from market import Approval, Decision, Signal, Verdict


def run(bus: mycelium.MessageBus) -> None:
    """Approves every signal; ends once all who publish signals have closed."""
    with bus.publisher(Verdict) as verdicts:
        for signal in bus.subscriber(Signal):
            verdicts.publish(judge(signal))


def judge(signal: Signal) -> Verdict:
    approval = Approval(quantity=signal.quantity, position_after=signal.quantity)
    return Verdict(
        sent_time=mycelium.time.now(),
        signal_sent_time=signal.sent_time,
        signal_id=signal.signal_id,
        symbol=signal.symbol,
        decision=Decision.Approved(approval),
        last_trades=[],
    )
