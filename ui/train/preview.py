"""What a config gives and costs, before training, as HTML for the Train page."""

from rnnlab import format, params
from rnnlab.config import RunConfig
from rnnlab.datasets.own.record import PartCounts, is_own
from rnnlab.estimate import Estimate
from ui import theme


def figures(config: RunConfig, estimate: Estimate) -> str:
    """Return parameters, memory, and the time to the last epoch with the estimate's basis."""
    cells = [
        (
            format.count(params.parameters(config)),
            "trainable parameters",
            f"{format.size(sum(row.bytes for row in params.layers(config)))} of weights",
        ),
        (format.size(estimate.memory_bytes), "memory", "while training"),
        _duration(config, estimate),
    ]
    return (
        '<div class="pre-figures">'
        + "".join(
            f"<div><b>{theme.text(value)}</b><span>{theme.text(label)}</span>"
            f'<span class="lab-muted">{theme.text(more)}</span></div>'
            for value, label, more in cells
        )
        + "</div>"
    )


def _duration(config: RunConfig, estimate: Estimate) -> tuple[str, str, str]:
    if config.epochs is None:
        return (
            f"about {format.duration(estimate.seconds_per_epoch)}",
            "in a single fit, without epochs",
            f"{estimate.rests_on}.",
        )
    return (
        f"≤ {format.duration(estimate.seconds_per_epoch * config.epochs)}",
        f"for up to {format.plural(config.epochs, 'epoch')}",
        f"{format.duration(estimate.seconds_per_epoch)} per epoch; {estimate.rests_on}. "
        "Early stopping may end training sooner.",
    )


def held_out(config: RunConfig, counts: PartCounts) -> str:
    """Return what the reviews that the model does not train on are for, in a sentence."""
    validation = f"{counts.validation:,} reviews validate each epoch"
    if not counts.test:
        return f"{validation}, and Compare judges the models on them too."
    if is_own(config.dataset):
        return f"{validation}. The {counts.test:,} test reviews play no part until Compare."
    return f"{validation}. The other {counts.test:,} play no part until Compare."


def input_title(config: RunConfig) -> str:
    """Return the result of `input_bars` in a sentence."""
    times = params.one_hot_bytes(config) / params.input_bytes(config)
    return f"One-hot input would take {times:,.0f} times the memory"


def input_bars(config: RunConfig, reviews: int) -> str:
    """Return the size of the training reviews as word ids and as naive one-hot, as bars."""
    fed, naive = params.input_bytes(config, reviews), params.one_hot_bytes(config, reviews)
    share = 100 * fed / naive
    bars = [
        ("Word ids (used)", f'<i class="ids" style="width:{share:.3f}%"></i>', fed),
        ("Naive one-hot", '<i class="onehot"></i>', naive),
    ]
    tint = config.architecture.color
    return "".join(
        f'<div class="pre-bar" style="--tint:{tint}"><span>{label}</span>{bar}'
        f"<b>{format.size(value)}</b></div>"
        for label, bar, value in bars
    )


def input_caption(config: RunConfig, reviews: int) -> str:
    """Return what the two bars count."""
    return (
        f'<p class="pre-caption lab-muted">{reviews:,} training reviews × '
        f"{config.maxlen:,} words: 4 bytes per word id, or {config.vocab_size:,} × 8 bytes per "
        "one-hot row. rnnlab never builds the one-hot rows.</p>"
    )
