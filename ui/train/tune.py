"""The way from the form to a study: tune architectures with the same budget, then compare them."""

from rnnlab.config import PRESETS, RunConfig
from rnnlab.study import plan
from ui import roles
from ui.study import dialog


def show(config: RunConfig | None) -> None:
    """Draw the button; its dialog offers the form's settings before the presets.

    Draws nothing for a dataset that can have no test set, which a study keeps.
    """
    if config is not None and not config.may_hold_out:
        return
    if roles.button(
        "Tune and compare",
        icon=":material/tune:",
        key="train_tune",
        help="Gives several architectures the same budget to find their learning rate, then "
        "compares the winners on reviews that chose nothing.",
    ):
        dialog.tune(candidates(config))


def candidates(config: RunConfig | None) -> list[RunConfig]:
    """Return the form's settings as a candidate, unless they are its architecture's preset."""
    if config is None:
        return []
    untuned = plan.with_fields(config, learning_rate=PRESETS[config.arch].learning_rate)
    return [] if untuned == PRESETS[config.arch] else [config]
