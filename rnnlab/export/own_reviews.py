"""The reviews of a dataset of one's own as a file beside `train.py`, and how the script reads them.

Owns the format of `reviews.jsonl`: a line for each review in the order of the dataset, with its
text and label, `part` and `place` (which part of the run's split it is in, and where), and
`assigned`, what the split goes by. JSON lines keep every text to the last character.
"""

import json
from collections.abc import Iterator

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.datasets.own.content import FORMAT
from rnnlab.datasets.own.splits import TEST
from rnnlab.export import cutting
from rnnlab.runs import Run
from rnnlab.tokenizers import WORDS

FILE = "reviews.jsonl"


def lines(dataset: Dataset, config: RunConfig) -> Iterator[str]:
    """Yield the lines of the file for a run of this config."""
    split = dataset.split(config)
    parts: list[str | None] = [None] * len(dataset.labels)
    places: list[int | None] = [None] * len(dataset.labels)
    for name, rows in zip(split._fields, split, strict=True):
        for place, row in enumerate(rows.tolist()):
            parts[row], places[row] = name, place
    assignment = [] if dataset.rule is None else np.asarray(dataset.rule.assignment).tolist()
    for row, label in enumerate(np.asarray(dataset.labels).tolist()):
        review = {"text": dataset.text(row), "label": label, "part": parts[row]}
        review |= {"place": places[row], "assigned": assignment[row] if assignment else None}
        yield json.dumps(review, ensure_ascii=False) + "\n"


def reading(run: Run) -> str:
    """Return the source of `read_reviews`, and of `cut`, which it calls."""
    tokenizer = run.manifest.get("tokenizer", WORDS)
    kind = run.manifest.get("split", "random")
    header = json.dumps([FORMAT, kind, tokenizer])
    given = f'row["assigned"] == {TEST}' if kind == "column" else "False"
    values = {"file": FILE, "header": ascii(header), "given": given}
    return f"\n\n{cutting.source(tokenizer)}{_READING.format(**values)}"


_READING = '''

def read_reviews():
    """Reviews to train on and then to validate on, as lists of ids; labels; how many train.

    Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a
    word's frequency rank + 3; of two words that are as frequent, the one seen first leads.
    """
    path = Path(__file__).with_name("{file}")
    with open(path, encoding="utf-8", newline="\\n") as file:
        rows = [json.loads(line) for line in file]
    digest = hashlib.sha256({header}.encode())
    digest.update(bytes(row["label"] for row in rows))
    digest.update(np.array([row["assigned"] for row in rows if row["assigned"] is not None], "<i8"))
    for row in rows:
        digest.update(hashlib.sha256(row["text"].encode()).digest())
    if digest.hexdigest() != DATA_SHA256:
        sys.exit(f"{{path}} is not what the run was trained on")
    for row in rows:
        row["words"] = cut(row["text"])
    # A given test part is not counted: its words come last.
    counted, others = Counter(), Counter()
    for row in rows:
        (others if {given} else counted).update(row["words"])
    known = [word for word, _ in counted.most_common()]
    known += [word for word, _ in others.most_common() if word not in counted]
    index = {{word: rank + 3 for rank, word in enumerate(known[: VOCAB_SIZE - 4], start=1)}}
    train, validation = (
        sorted((row for row in rows if row["part"] == part), key=lambda row: row["place"])
        for part in ("train", "validation")
    )
    used = train + validation
    reviews = [[1, *(index.get(word, 2) for word in row["words"])] for row in used]
    return reviews, [row["label"] for row in used], len(train)
'''
