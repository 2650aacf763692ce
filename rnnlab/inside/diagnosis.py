"""What a run's numbers say went wrong, each finding with its figure and a next step.

Pure rules over what is known of a run; silent where all is well. Gathers nothing itself (see
`rnnlab.inside.evidence`).
"""

from collections.abc import Callable

from rnnlab.inside import network_findings as network
from rnnlab.inside import training_findings as training
from rnnlab.inside.finding import Evidence, Finding

RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    training.stuck,
    training.slow,
    network.no_stable_point,
    training.stopped_by_chance,
    training.still_falling,
    training.overfitting,
    network.saturated_units,
    network.silent_units,
    network.mostly_unknown,
    network.mostly_padding,
)


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what was found, the gravest first."""
    blind = training.blind_to_order(evidence)
    if blind is not None:
        return (blind,)  # whatever else its numbers show comes from that
    found = (rule(evidence) for rule in RULES)
    return tuple(finding for finding in found if finding is not None)
