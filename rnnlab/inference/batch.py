"""Predicts many reviews at once with trained networks: the rows of a dataset, or texts.

Feeds the numpy forward pass in batches, so it imports no keras. Knows no labels.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.text import START, UNKNOWN, Vocabulary, pad, words_of
from rnnlab.tokenizers import WORDS

BATCH_BYTES = 20_000_000  # the ids of the reviews that are read at once
TEXTS = 2_000  # texts cut into words at once; their words take about 40 MB


def predict_rows(classifier: Classifier, dataset: Dataset, numbers: np.ndarray) -> np.ndarray:
    """Predict the probability that rows of a dataset are positive: float32 (len(numbers),)."""
    config = classifier.config
    probabilities = np.empty(len(numbers), np.float32)
    for part in _batches(len(numbers), config.maxlen):
        ids = dataset.inputs(numbers[part], **config.window)
        probabilities[part] = forward.predict(config, classifier.weights, ids)
    return probabilities


def predict_texts(
    classifiers: Sequence[Classifier],
    texts: Sequence[str],
    *,
    cut: Callable[[str], list[str]] = words_of,
) -> list[np.ndarray]:
    """Predict the probability that texts are positive: float32 (len(texts),) for each classifier.

    `cut` returns a text's words for networks that read words. Each text is cut once by each
    tokenizer, and read once for all networks with the same vocabulary and window. A text without a
    word is read as an empty review.
    """
    readers: dict[tuple, list[int]] = {}
    for number, classifier in enumerate(classifiers):
        tokenizer, config = classifier.tokenizer, classifier.config
        key = (tokenizer, classifier.vocabulary, *config.window.values())
        readers.setdefault(key, []).append(number)
    probabilities = [np.empty(len(texts), np.float32) for _ in classifiers]
    for start in range(0, len(texts), TEXTS):
        tokens: dict[str, list[list[str]]] = {}
        for (tokenizer, vocabulary, *_), numbers in readers.items():
            first = classifiers[numbers[0]]
            if tokenizer not in tokens:
                of_tokenizer = cut if tokenizer == WORDS else first.cut
                tokens[tokenizer] = [of_tokenizer(text) for text in texts[start : start + TEXTS]]
            ids = _ids(tokens[tokenizer], vocabulary, first.config)
            for number in numbers:
                reader = classifiers[number]
                probabilities[number][start : start + TEXTS] = forward.predict(
                    reader.config, reader.weights, ids
                )
    return probabilities


def _batches(count: int, maxlen: int) -> Iterator[slice]:
    size = max(1, BATCH_BYTES // (4 * maxlen))
    return (slice(start, start + size) for start in range(0, count, size))


def _ids(tokens: list[list[str]], vocabulary: Vocabulary, config: RunConfig) -> np.ndarray:
    """Return the ids of texts as `rnnlab.text.read` does: int32 (len(tokens), maxlen).

    Looks up only the words that the network will read.
    """
    index, maxlen = vocabulary.index, config.maxlen
    flat, offsets = [], [0]
    for words in tokens:
        if config.truncating == "post" or len(words) < maxlen:
            flat.append(START)
            words = words[: maxlen - 1]
        else:
            words = words[-maxlen:]
        flat += [index.get(word, UNKNOWN) for word in words]
        offsets.append(len(flat))
    values = np.array(flat, np.int32)
    values[values >= config.vocab_size] = UNKNOWN
    return pad(values, np.array(offsets), maxlen=maxlen, truncating=config.truncating)
