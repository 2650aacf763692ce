"""The order lab's tasks: datasets that the lab makes itself, where the order of words decides.

Owns their names, their rules in words, and settings that suit them. Their texts are made by
`rnnlab.datasets.synthetic`.
"""

from typing import Any

# A text is a row of single letters; its length is a run's `maxlen`, with the start mark.
TASKS: dict[str, str] = {
    "which-first": "Positive where the word a comes before the word b. Each text has both once, "
    "among random letters, so a bag of words can only guess.",
    "first-word": "Positive where the first word is a, negative where it is b. Half of the later "
    "words are a or b at random: they mislead, and a network must remember the first word.",
    "counting": "Positive where as many b follow the x as a come before it (aᵏ x bᵏ).",
}
WITHOUT_TEST_SET = ("counting",)  # its texts repeat: those of a test set have been trained on
# The tutorial's settings are for 500 words and slow steps: with these, seconds are enough.
SETTINGS: dict[str, Any] = {"vocab_size": 30, "maxlen": 30, "learning_rate": 0.01, "dropout": 0.0}
