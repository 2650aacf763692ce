"""Replaying a network's training: the epoch whose weights the dial and the word curve show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from rnnlab import home
from rnnlab.errors import RnnlabError
from rnnlab.inside.dial import Dial, dial
from rnnlab.inside.network import Network
from rnnlab.inside.reviews import sampled_inputs
from ui import theme
from ui.inside import opened as opened_networks
from ui.inside import url
from ui.inside.opened import Opened
from ui.inside.read import Layer
from ui.reader import get_lab

BEST = "best"


def pick(networks: Sequence[Opened]) -> list[Opened]:
    """Draw a slider over the kept epochs, if there are any; return the networks at that epoch.

    A network that has no weights of the epoch shows those of its last one before, at most its best.
    """
    kept = [_kept(opened) for opened in networks]
    numbers = sorted({number for epochs in kept for number in epochs})
    if not numbers:
        return list(networks)
    names = [*map(str, numbers), BEST]
    key, write = url.widget("epoch", names, BEST)
    name = st.select_slider(
        "Epoch",
        names,
        key=key,
        on_change=write,
        help="Replays the training: the network as it was after this epoch.",
    )
    if name == BEST:
        return list(networks)
    shown = []
    for opened, epochs in zip(networks, kept, strict=True):
        earlier = [number for number in epochs if number <= int(name)]
        beyond = opened.run.best_epoch is not None and int(name) >= opened.run.best_epoch
        shown.append(_at(opened, earlier[-1]) if earlier and not beyond else opened)
    return shown


def dials(opened: Opened, layer: Layer) -> tuple[Dial, Mapping[int, Dial]]:
    """Return the dial at the shown epoch, and those of all kept epochs if it is not the best."""
    if opened.epoch is None:
        return opened_networks.dial(opened, layer.number, backwards=layer.backwards), {}
    fingerprint = opened.dataset.fingerprint
    replayed = _dials(opened.run.id, home.store_url(), fingerprint, layer, _opened=opened)
    return replayed[opened.epoch], replayed


def label(opened: Opened) -> str:
    """Return the run's name, and the epoch if it is not the best."""
    epoch = "" if opened.epoch is None else f", epoch {opened.epoch}"
    return f"{opened.run.name}{epoch}"


def _kept(opened: Opened) -> tuple[int, ...]:
    """Return the kept epochs before the best."""
    epochs = get_lab().store.kept_weights.epochs(opened.run.id)
    return tuple(number for number in epochs if number < (opened.run.best_epoch or 0))


def _at(opened: Opened, epoch: int) -> Opened:
    """Return the network as it was after an epoch; as it is now where those weights are damaged."""
    try:
        weights = get_lab().store.kept_weights.load(opened.run.id, epoch)
    except RnnlabError as error:
        theme.error(error)
        return opened
    network = Network.load(opened.run.config, weights)
    classifier = replace(opened.classifier, weights=weights)
    return opened._replace(classifier=classifier, network=network, epoch=epoch)


@st.cache_resource(show_spinner="Reading validation reviews at each epoch …", max_entries=12)
def _dials(
    run_id: str, store: str, fingerprint: str, layer: Layer, _opened: Opened
) -> dict[int, Dial]:
    """Return the dial of each kept epoch, on the directions of the best."""
    basis = opened_networks.dial(_opened, layer.number, backwards=layer.backwards)
    ids = sampled_inputs(_opened.run, _opened.dataset)
    return {
        epoch: dial(
            _at(_opened, epoch).network,
            ids,
            layer=layer.number,
            backwards=layer.backwards,
            basis=basis,
        )
        for epoch in _kept(_opened)
    }
