"""`explain`: what the words of a text do to a model's answer."""

import argparse

from rnnlab.cli.commands import read_review
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json, say


def explain(options: argparse.Namespace) -> int:
    """Explain a run's answer to a text, word by word."""
    review = read_review(options)
    lab = open_lab()
    run = lab.store.find(options.run)
    from rnnlab.inference.classify import Classifier
    from rnnlab.inside.explain import explain as explain_text
    from rnnlab.report import explanations

    (explained,) = explain_text(review, [Classifier.load(lab.store, run)])
    if explained is None:
        say("This text contains no words, so there is nothing to explain.")
    if options.json:
        found = [explained] if explained else []
        print_json(explanations.explanation(review, found, states=options.states))
    elif explained is not None:
        from rnnlab.cli import explanation_table

        explanation_table.explanation(explained)
    return 0
