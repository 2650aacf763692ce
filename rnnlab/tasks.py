"""The order lab's tasks: datasets that the lab makes itself, where the order of words decides.

Owns their names and their rules in words. Their texts are made by `rnnlab.datasets.synthetic`.
"""

# A text is a row of single letters; its length is a run's `maxlen`, with the start mark.
TASKS: dict[str, str] = {
    "which-first": "Positive where the word a comes before the word b. Each text has both once, "
    "among random letters, so a bag of words can only guess.",
    "first-word": "Positive where the first word is a, negative where it is b. Half of the later "
    "words are a or b at random: they mislead, and a network must remember the first word.",
    "counting": "Positive where as many b follow the x as a come before it (aᵏ x bᵏ).",
}
