"""Where the command line's words go: documents to stdout, messages and questions to stderr."""

import json
import sys


def say(message: str) -> None:
    """Put a message on stderr."""
    print(plain(message), file=sys.stderr, flush=True)


def print_json(document: object) -> None:
    """Print one JSON document on stdout; ASCII, so that any terminal or pipe can carry it."""
    print(json.dumps(document, indent=1, allow_nan=False))


def asks() -> bool:
    """Whether there is a person at a terminal to answer a question."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask(question: str) -> str:
    """The answer in lower case; empty where the input ends. The question goes to stderr."""
    print(plain(question), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower()


def plain(text: str) -> str:
    """The text without what would steer the terminal: a name or review may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def percent(share: float | None) -> str:
    """A share as "79.3 %"; empty for None."""
    return "" if share is None else f"{100 * share:.1f} %"


def duration(seconds: float) -> str:
    """Seconds as "12.3 s", "1 min 05 s" or "2 h 07 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60:,} h {minutes % 60:02} min"
