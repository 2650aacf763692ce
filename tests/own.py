"""Datasets of one's own for tests: labelled texts whose words say their label."""

import random

from rnnlab.datasets.labelled import LabelledReviews, labelled
from rnnlab.datasets.own.record import OwnDataset, SplitChoice
from rnnlab.lab import Lab

COUNT = 120
GOOD, BAD = ("good", "lovely", "warm"), ("bad", "dull", "cold")
PARTS = tuple(("train", "train", "train", "dev", "test")[row // 2 % 5] for row in range(COUNT))


def texts_of(count: int) -> list[str]:
    """Different texts; every second one is positive."""
    return [
        f"film {row} is {(BAD, GOOD)[row % 2][row // 2 % 3]} and scene{row % 11} too"
        for row in range(count)
    ]


def own_reviews(count: int = COUNT) -> LabelledReviews:
    """Labelled reviews with a film, a day and a part each."""
    return labelled(
        texts_of(count),
        [row % 2 for row in range(count)],
        others={
            "film": tuple(f"film{row // 4}" for row in range(count)),
            "day": tuple(f"2024-01-{1 + row // 4:02}" for row in range(count)),
            "part": PARTS[:count],
        },
    )


def add_own(lab: Lab, name: str = "mine", *, given: bool = True) -> OwnDataset:
    """A dataset of one's own in the lab; its parts are `given`, a test part among them."""
    split = SplitChoice("column", "part") if given else SplitChoice()
    return lab.add_dataset(own_reviews(), name, split=split)


PRAISE, BLAME = ("wonderful", "moving", "brilliant"), ("dreadful", "boring", "clumsy")
PLANTED = (7, 58, 133, 244, 301, 366)  # rows of `film_reviews` whose label is wrong


def film_reviews(count: int = 400) -> tuple[list[str], list[int]]:
    """Short reviews among whose words three tell the label, and the labels, some of them wrong."""
    draw = random.Random(5)
    texts, labels = [], []
    for row in range(count):
        positive = draw.random() < 0.5
        words = [draw.choice(PRAISE if positive else BLAME) for _ in range(3)]
        words += [f"scene{draw.randrange(40)}" for _ in range(5)]
        draw.shuffle(words)
        texts.append(f"{' '.join(words)} {row}")
        labels.append(int(positive != (row in PLANTED)))
    return texts, labels
