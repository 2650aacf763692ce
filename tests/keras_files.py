"""Files in the format of `keras.datasets.imdb`: an imdb.npz with its word index beside it."""

import json

import numpy as np

# Ranks of the words, as the file holds them, and the training reviews in them.
INDEX = {"film": 3, "the": 1, "good": 4, "and": 2}
RANKS = [[1, 3, 4], [2], [], [4, 4], [3]]

# The same with test reviews. Two words differ in a capital alone, as some of Keras's own do.
PUBLISHED_INDEX = {"the": 1, "\u00e9t\u00e9": 2, "film": 3, "good": 4, "\u00c9t\u00e9": 5}
TRAIN = [[1], [2], [3]]
TEST = [[1, 3, 5], [2, 2], [], [5, 4, 1, 1, 2, 3, 5], [4], [1, 2, 3, 4, 5]]
LABELS = [1, 0, 0, 1, 1, 0]


def objects(lists):
    """An array of lists, as Keras's file holds reviews."""
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


def write_reviews(path, count=700, words=40):
    """An imdb.npz of made-up reviews, good ones with more of the rarer words."""
    draw = np.random.default_rng(5)
    labels = draw.integers(0, 2, count)
    reviews = [
        [1, *(draw.integers(4 + 6 * int(good), words, int(draw.integers(3, 30))).tolist())]
        for good in labels
    ]
    np.savez(path, x_train=objects(reviews), y_train=labels)
    index = {f"word{rank}": rank for rank in range(1, words)}
    path.with_name("imdb_word_index.json").write_text(json.dumps(index))
