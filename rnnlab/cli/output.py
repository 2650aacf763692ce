"""Where the command line writes: documents to stdout, messages and questions to stderr."""

import json
import sys
from collections.abc import Iterable

from rnnlab.errors import DamagedRun
from rnnlab.format import NO_BREAK


def say(message: str) -> None:
    """Write a message to stderr."""
    print(plain(message), file=sys.stderr, flush=True)


def say_damaged(damaged: Iterable[DamagedRun]) -> None:
    """Say which runs were left out because they are damaged, a line each."""
    for error in damaged:
        say(f"Left out: {error}")


def print_json(document: object) -> None:
    """Print one JSON document on stdout; ASCII, so that any terminal or pipe can carry it."""
    print(json.dumps(document, indent=1, allow_nan=False))


def can_ask() -> bool:
    """Return whether there is a person at a terminal to answer a question."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask(question: str) -> str:
    """Ask on stderr; return the answer in lower case, empty where the input ends."""
    print(plain(question), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower()


def confirmed(question: str) -> bool:
    """Ask whether to go on; where nobody is there to ask, go on."""
    return not can_ask() or ask(f"{question} [y/N]") in ("y", "yes")


def plain(text: str) -> str:
    """Return the text without control characters: a name or a review may hold anything."""
    return "".join(
        c if c.isprintable() or c in ("\n", NO_BREAK) else "\N{REPLACEMENT CHARACTER}" for c in text
    )
