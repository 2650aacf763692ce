"""`store copy`: takes a lab from one store to another."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rnnlab.cli.output import print_json, say
from rnnlab.errors import StoreError
from rnnlab.format import listing, plural

if TYPE_CHECKING:
    from rnnlab.store import copying


KINDS: "dict[copying.Kind, str]" = {"dataset": "datasets", "run": "runs", "study": "studies"}


def stores(options: argparse.Namespace) -> int:
    """Say which store this lab is kept in."""
    from rnnlab import home
    from rnnlab.store import urls

    print(urls.shown(home.store_url()))
    return 0


def copy(options: argparse.Namespace) -> int:
    """Copy a lab into another store; return 1 where something was left out."""
    from rnnlab.store import copying, sqlite, urls
    from rnnlab.store.database import Database

    source_url, target_url = _url(options.source), _url(options.target)
    ids = [sqlite.file_id_at(url) or urls.checked_url(url) for url in (source_url, target_url)]
    if ids[0] == ids[1]:
        raise StoreError("FROM and TO are the same store: name another one")
    source = Database(source_url, create=False)
    target = Database(target_url)
    if target.read_only:
        raise StoreError(f"{urls.shown(target_url)}: {target.read_only}")
    total, copied = copying.count(source), []
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for item in track(
        copying.copy(source, target),
        "Copying",
        total,
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),
    ):
        copied.append(item)
        if item.outcome == "differs":
            say(f"Left as it is there: {item.kind} {item.name} ({item.id}) differs in {item.why}.")
        elif item.outcome == "damaged":
            say(f"Left out: {item.kind} {item.name} ({item.id}), because {item.why}.")
    interrupted = [item for item in copied if item.interrupted]
    if interrupted:
        say(
            f"{plural(len(interrupted), 'run')} in training arrived as interrupted "
            f"({listing([item.name for item in interrupted[:3]])}): resume them there once the "
            "workers of the first store have stopped."
        )
    numbers = Counter((item.kind, item.outcome) for item in copied)
    if options.json:
        print_json(
            {
                "from": urls.shown(source_url),
                "to": urls.shown(target_url),
                **{
                    plural_name: {
                        outcome: numbers[kind, outcome] for outcome in get_args(copying.Outcome)
                    }
                    for kind, plural_name in KINDS.items()
                },
                "interrupted": [item.id for item in interrupted],
                "left_out": [
                    {"kind": item.kind, "id": item.id, "name": item.name, "why": item.why}
                    for item in copied
                    if item.outcome in ("differs", "damaged")
                ],
            }
        )
    else:
        new = {kind: numbers[kind, "copied"] for kind in KINDS}
        names = [
            f"{number:,} {kind if number == 1 else KINDS[kind]}" for kind, number in new.items()
        ]
        there = sum(numbers[kind, "equal"] for kind in KINDS)
        print(f"Copied {listing(names)}, with the right checksums; {there:,} were there already.")
    source.close()
    target.close()
    return int(any(item.outcome in ("differs", "damaged") for item in copied))


def _url(text: str) -> str:
    """Return the URL of a store that a person names by its URL, its file or its home."""
    if "://" in text:
        return text
    path = Path(text).expanduser().absolute()
    return f"sqlite:///{path / 'lab.db' if path.is_dir() else path}"
