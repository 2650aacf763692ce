"""The commands that find labels which are probably wrong, and correct them in a new version."""

import argparse

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import plain, print_json, say, say_damaged
from rnnlab.errors import InvalidField

SHOWN = 20
EXCERPT = 110  # characters


def suspicious(options: argparse.Namespace) -> int:
    """Show the labels of a dataset that all models contradict."""
    lab = open_lab()
    dataset = lab.store.datasets.find(options.dataset)
    limit = _limit(options.limit)
    say(f"Asking models that have not seen the reviews of {dataset.name} …")
    found = lab.suspicious_labels(dataset.id)
    say_damaged(found.damaged)
    if options.json:
        print_json(
            {
                "dataset": dataset.id,
                "name": dataset.name,
                "reviews": found.reviews,
                "runs": [run.id for run in found.runs],
                "suspicious": [
                    {
                        "number": label.row + 1,
                        "label": int(label.positive),
                        "probability": label.probability,
                        "opinions": [opinion._asdict() for opinion in label.opinions],
                        "text": label.text,
                    }
                    for label in found.labels
                ],
            }
        )
        return 0
    from rnnlab import format
    from rnnlab.cli.tables import Stdout, new_table

    console = Stdout()
    if not found.labels:
        console.print(f"No label of {found.reviews:,} reviews is contradicted by all models.")
        return 0
    table = new_table(">review", "label", ">positive", "text")
    for label in found.labels[:limit]:
        words = " ".join(label.text.split())
        table.add_row(
            str(label.row + 1),
            "positive" if label.positive else "negative",
            format.percent(label.probability),
            plain(words[:EXCERPT] + ("…" if len(words) > EXCERPT else "")),
        )
    console.print(table)
    asked = format.plural(len(found.runs), "run")
    more = f", of which {limit:,} are shown" if limit < len(found.labels) else ""
    console.print(
        f"{len(found.labels):,} of {found.reviews:,} labels are contradicted by all models that "
        f"have not seen the review{more}: two cross-validated ones, and {asked} where the review "
        "was held out. The first are the surest; read before you correct.",
        soft_wrap=True,
    )
    console.print(
        f"Correct some in a new version: rnnlab data relabel {dataset.id} --reviews "
        f"{found.labels[0].row + 1},…",
        soft_wrap=True,
    )
    return 0


def relabel(options: argparse.Namespace) -> int:
    """Keep a new version of a dataset in which the labels of some reviews are flipped."""
    lab = open_lab(to_change=True)
    dataset = lab.store.datasets.find(options.dataset)
    labels = lab.store.datasets.content(dataset.id).labels
    changed = {}
    for number in _numbers("reviews", options.reviews):
        if not 1 <= number <= len(labels):
            limit = f"1–{len(labels):,}"
            remedy = f"{dataset.name} has no such review: `rnnlab data suspicious` numbers them"
            raise InvalidField("reviews", number, limit, remedy)
        changed[number - 1] = 1 - int(labels[number - 1])
    version = lab.relabel_dataset(dataset.id, changed, name=options.name)
    if options.json:
        from rnnlab.cli.data import document

        print_json(document(version, runs=0))
    corrected = version.description["relabelled"]
    say(
        f"{version.name} ({version.id}) has {corrected:,} other "
        f"label{'' if corrected == 1 else 's'}; {dataset.name} stays as it is: "
        f"rnnlab train --preset lstm --dataset {version.id}"
    )
    return 0


def _limit(text: str | None) -> int:
    numbers = [SHOWN] if text is None else _numbers("limit", text)
    if len(numbers) != 1 or numbers[0] < 1:
        raise InvalidField("limit", text, "1 or more", "give one number")
    return numbers[0]


def _numbers(field: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        remedy = "separate whole numbers by commas: 3,17"
        raise InvalidField(field, text, "whole numbers", remedy) from None
