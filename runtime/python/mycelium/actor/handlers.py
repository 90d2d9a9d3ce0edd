"""What an actor is: a class with a handler for each type of message that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from mycelium._codec.record import Message
from mycelium.actor.context import Context, Timer
from mycelium.errors import MyceliumError

A = TypeVar("A", bound="Actor")
M = TypeVar("M", bound=Message)
Out = TypeVar("Out", bound=Message)

_MARK = "_mycelium_receives"


def receive(
    cls: type[M],
) -> Callable[[Callable[[A, M, Context], None]], Callable[[A, M, Context], None]]:
    """Marks a method of an actor as the handler of a type of message.

    It may stand several times over one method, for several types. A subclass that writes the method anew need not mark it
    again; marked, it takes what that says, and `None` in its place takes nothing.
    """
    if not (isinstance(cls, type) and issubclass(cls, Message)):
        raise TypeError(f"expected the class of a message, got {cls!r}")

    def mark(
        handler: Callable[[A, M, Context], None],
    ) -> Callable[[A, M, Context], None]:
        vars(handler).setdefault(_MARK, []).append(cls)
        return handler

    return mark


class Actor:
    """Owns its state and acts on messages; every hook may be left out.

    Hooks and handlers are plain functions and return soon: while one runs, the actor takes nothing else, and in
    asyncio nothing else runs. What takes long belongs on a thread of its own.
    """

    publishes: ClassVar[tuple[type[Message], ...]] = ()
    """Types that it publishes."""

    _handlers: ClassVar[dict[type[Message], str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        handlers: dict[type[Message], str] = {}
        for base in reversed(cls.__mro__):
            handlers = _kept(handlers, base) | _marked(base)
        cls._handlers = handlers

    @classmethod
    def takes(cls) -> tuple[type[Message], ...]:
        """Types that it has handlers for."""
        return tuple(cls._handlers)

    def started(self, context: Context) -> None:
        """It is there, and nothing has reached it yet. Also after each restart."""

    def timer(self, timer: Timer, context: Context) -> None:
        """A timer that it has set is due."""

    def fault(self, fault: MyceliumError, context: Context) -> None:
        """A message was lost on the way or cannot be read, a peer is gone or has another version of a type.

        It is counted whatever this does.
        """

    def ended(self, context: Context) -> None:
        """All publishers of everything that it takes have closed, and what they sent is handled.

        It stops, unless this is written otherwise; an actor that stays also takes what later publishers send.
        """
        context.stop()

    def stopping(self, context: Context) -> None:
        """It stops in order; what it publishes now still goes out. Not called after a failure."""


def _marked(cls: type) -> dict[type[Message], str]:
    """The handlers that a class marks itself: their names, by what they take."""
    own: dict[type[Message], str] = {}
    for name, value in vars(cls).items():
        for message in getattr(value, _MARK, ()):
            if message in own:
                raise TypeError(
                    f"{cls.__qualname__} takes {message.__qualname__} in two handlers,"
                    f" `{own[message]}` and `{name}`"
                )
            own[message] = name
    return own


def _kept(handlers: dict[type[Message], str], cls: type) -> dict[type[Message], str]:
    """Those of the bases that a class keeps, or writes anew.

    One in whose place it has `None`, or a handler that is marked for itself, is there no more.
    """
    gone = {
        name
        for name, value in vars(cls).items()
        if value is None or hasattr(value, _MARK)
    }
    return {message: name for message, name in handlers.items() if name not in gone}


def handlers_of(actor: Actor) -> dict[type[Message], Callable[[Any, Context], None]]:
    """The handlers of an actor, bound to it."""
    return {cls: getattr(actor, name) for cls, name in actor._handlers.items()}


def each(
    takes: type[M],
    act: Callable[[M], Out | Iterable[Out] | None],
    publishes: type[Out],
) -> type[Actor]:
    """An actor for the most usual service: it publishes what a function makes of each message.

    That is a message, several, or `None`.
    """

    class Each(Actor):
        @receive(takes)
        def act(self, message: M, context: Context) -> None:
            made = act(message)
            if made is None:
                return
            for out in (made,) if isinstance(made, Message) else made:
                context.publish(out)

    Each.publishes = (publishes,)
    return Each
