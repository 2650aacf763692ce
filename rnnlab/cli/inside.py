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
    from rnnlab.inside.dial import dial
    from rnnlab.inside.memory import order_table, reach
    from rnnlab.inside.network import Network
    from rnnlab.inside.reviews import REVIEWS, validation_inputs

    classifier = Classifier.load(lab.store, run)
    config = run.config
    ids, labels = validation_inputs(run, dataset_finder(lab.home)(run))
    network = Network.load(config, classifier.weights)
    states = dial(network, ids[:REVIEWS])
    memory = reach(network, ids[:REVIEWS])
    order = order_table(config, classifier.weights, ids, labels)
    if options.json:
        from rnnlab.report import inside as document

        print_json(document.inside(run, states, memory, order, reviews=len(ids)))
    else:
        from rnnlab.cli import inside_tables

        inside_tables.inside(run, states, memory, order, reviews=len(ids))
    return 0
