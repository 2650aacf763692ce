"""`inside`: what a network's states do, how far back it reaches, and whether order matters."""

import argparse

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json
from rnnlab.errors import RnnlabError


def inside(options: argparse.Namespace) -> int:
    """Describe a trained recurrent network from the inside."""
    lab = open_lab()
    run = lab.store.find(options.run)
    if run.config.architecture.kind != "recurrent":
        raise RnnlabError(
            f"{run.name} is a {run.config.architecture.label} and has no recurrent cell: name a "
            "run of onehot-rnn, embedding-rnn, lstm or gru"
        )
    from rnnlab.evaluation.predictions import dataset_finder
    from rnnlab.inference.classify import Classifier
    from rnnlab.inside.stored import Subject, load_dial, load_memory, load_order

    dataset = dataset_finder(lab.home)(run)
    subject = Subject(lab.store, run, Classifier.load(lab.store, run), dataset)
    states, memory, order = load_dial(subject), load_memory(subject), load_order(subject)
    if options.json:
        from rnnlab.report import inside as document

        print_json(document.inside(run, states, memory, order))
    else:
        from rnnlab.cli import inside_tables

        inside_tables.inside(run, states, memory, order)
    return 0
