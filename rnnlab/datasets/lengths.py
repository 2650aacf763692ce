"""Whether texts are far shorter or longer than those that networks have learned from."""

from dataclasses import replace

import numpy as np

from rnnlab import format
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets import Dataset
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.tokenizers import cutter

MUCH = 3.0  # times: a median that differs by more is worth a remark
SAMPLE = 2_000  # texts of the file whose words are counted


def with_remark(reviews: LabelledReviews, dataset: Dataset) -> LabelledReviews:
    """Return the reviews with a remark where their lengths are not those of the dataset's.

    Both lengths are medians, in words as the dataset's tokenizer cuts them. Networks that learned
    from long texts may do poorly on short ones, and the reverse.
    """
    cut = cutter(dataset.tokenizer)
    step = max(1, len(reviews.texts) // SAMPLE)
    here = float(np.median([len(cut(text)) for text in reviews.texts[::step]]))
    learned = float(np.median(np.diff(dataset.offsets) - 1))  # without the start mark
    if not here or not learned or 1 / MUCH <= here / learned <= MUCH:
        return reviews
    kind = "shorter" if here < learned else "longer"
    remark = (
        f"These texts are much {kind} than those that models of {dataset_name(dataset.name)} learn "
        f"from: {format.count(round(here))} words against {format.count(round(learned))} (medians)."
    )
    return replace(reviews, remarks=(*reviews.remarks, remark))
