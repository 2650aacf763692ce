"""What a lab does with datasets of one's own; `rnnlab.lab.Lab` is made of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab import datasets
from rnnlab.config import RunConfig
from rnnlab.datasets.own.make import LabelledTexts, make
from rnnlab.datasets.own.record import RANDOM, OwnDataset, SplitChoice
from rnnlab.datasets.own.versions import next_version_name, relabelled
from rnnlab.estimate import Parts
from rnnlab.store import RunStore
from rnnlab.tokenizers import WORDS

if TYPE_CHECKING:
    from rnnlab.compare.suspicious import Suspicious


class LabDatasets:
    """The datasets of one's own of a lab: added, corrected, deleted."""

    home: Path
    store: RunStore

    def parts(self, *configs: RunConfig) -> Parts:
        """Return how the datasets of one's own that these configs name are split, by id."""
        return self.store.datasets.parts(config.dataset for config in configs)

    def add_dataset(
        self,
        reviews: LabelledTexts,
        name: str,
        *,
        split: SplitChoice = RANDOM,
        tokenizer: str = WORDS,
        source: Mapping[str, Any] | None = None,
    ) -> OwnDataset:
        """Keep labelled reviews as a dataset that runs can be trained on; return it.

        `source` says in JSON where they come from: "file", and the choices it was read with. Raises
        DataError and InvalidField as `datasets.own.make.make` and `Datasets.add`.
        """
        content, description = make(reviews, split=split, tokenizer=tokenizer, source=source)
        now = self.store.now()
        return self.store.datasets.add(content, name, description=description, now=now)

    def relabel_dataset(
        self, dataset_id: str, labels: Mapping[int, int], *, name: str | None = None
    ) -> OwnDataset:
        """Keep a new version of a dataset with other labels for some reviews; return it.

        `labels` has 0 or 1 by the reviews' places, from 0. The dataset itself stays as it is, and
        so do its runs. Without a name the version is called "name, version 2". Raises
        DatasetNotFound, InvalidField, DataError.
        """
        original = self.store.datasets.get(dataset_id)
        content = self.store.datasets.content(dataset_id)
        made = relabelled(content, original, labels)
        names = {own.name.casefold() for own in self.store.datasets.all()}
        name = name or next_version_name(original.name, names)
        return self.store.datasets.add(
            made.content, name, description=made.description, now=self.store.now()
        )

    def suspicious_labels(self, dataset_id: str) -> "Suspicious":
        """Find the labels of a dataset that are probably wrong; see `compare.suspicious`."""
        from rnnlab.compare.suspicious import find_suspicious  # scikit-learn takes a second

        dataset = datasets.load(dataset_id, self.home)
        return find_suspicious(self.store, dataset, self.store.runs(), self.home)

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete a dataset and its encoded copy. Raises as `Datasets.delete`."""
        self.store.datasets.delete(dataset_id)
        datasets.forget(dataset_id, self.home)
