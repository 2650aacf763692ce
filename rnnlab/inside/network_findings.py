"""Findings on a trained network and on what it reads: pure rules over measured states."""

from collections.abc import Sequence

from rnnlab import format
from rnnlab.config import FIELDS
from rnnlab.inside.finding import Evidence, Finding, Step, train
from rnnlab.inside.passport import Passport

STILL = 0.01  # standard deviation of a unit that says the same at every word
SATURATED = 0.9  # share of words
MOSTLY = 0.5  # of all words, or of all positions


def silent_units(evidence: Evidence) -> Finding | None:
    """Tell units that say the same at every word."""
    units = evidence.units or ()
    numbers = [str(place) for place, unit in enumerate(units, start=1) if unit.spread < STILL]
    if not numbers:
        return None
    config = evidence.run.config
    fewer = max(len(units) - len(numbers), 1)
    return Finding(
        "silent units",
        f"{_units(numbers, units)} hardly changes: its state varies by less than {STILL:g} over "
        "all words."
        if len(numbers) == 1
        else f"{_units(numbers, units)} hardly change: their states vary by less than {STILL:g} "
        "over all words.",
        "A unit that says the same at every word adds nothing but a constant.",
        train(config, f"Train with {format.plural(fewer, 'unit')}", units=fewer),
    )


def saturated_units(evidence: Evidence) -> Finding | None:
    """Tell units whose tanh is nearly always flat."""
    units = evidence.units or ()
    numbers = [
        str(place) for place, unit in enumerate(units, start=1) if unit.saturated > SATURATED
    ]
    if not numbers:
        return None
    config = evidence.run.config
    rate = (config.learning_rate or 0.0) / 3
    verb = "is" if len(numbers) == 1 else "are"
    return Finding(
        "saturated units",
        f"{_units(numbers, units)} {verb} saturated at more than "
        f"{format.whole_percent(SATURATED)} of all words.",
        "Beyond ±0.9 a tanh passes on less than a fifth of a change, so such a unit hardly learns.",
        train(config, f"Train at learning rate {rate:.2g}", learning_rate=rate),
    )


def no_stable_point(evidence: Evidence) -> Finding | None:
    """Tell a state that comes to rest nowhere."""
    if evidence.dial is None or evidence.dial.stable:
        return None
    return Finding(
        "no stable point",
        "No stable resting point was found: on average words, its state never settles.",
        "Newton’s method was started from the states of many real reviews and from zero; every "
        "point that it found pushes the state away.",
        Step("inside", "Look at its dial"),
    )


def mostly_unknown(evidence: Evidence) -> Finding | None:
    """Tell a vocabulary that misses most words."""
    reading, config = evidence.reading, evidence.run.config
    if reading is None or reading.unknown <= MOSTLY:
        return None
    size = min(2 * config.vocab_size, int(FIELDS["vocab_size"].high))
    return Finding(
        "unknown words",
        f"It does not know {format.whole_percent(reading.unknown)} of the words that it reads.",
        f"Its vocabulary has {format.count(config.vocab_size)} entries; all other words look the "
        "same to it.",
        train(config, f"Train with {format.count(size)} words", vocab_size=size),
    )


def mostly_padding(evidence: Evidence) -> Finding | None:
    """Tell a window that is mostly padding."""
    reading, config = evidence.reading, evidence.run.config
    if reading is None or reading.padding <= MOSTLY:
        return None
    step = None
    if reading.usual_words < config.maxlen:
        step = train(config, f"Train on {reading.usual_words:,} words", maxlen=reading.usual_words)
    return Finding(
        "padding",
        f"{format.whole_percent(reading.padding)} of what it reads is padding.",
        f"Nine in ten reviews have at most {reading.usual_words:,} words, and it reads "
        f"{config.maxlen:,}. Padding takes time, and is read like a word.",
        step,
    )


def _units(numbers: Sequence[str], units: Sequence[Passport]) -> str:
    noun = "Unit" if len(numbers) == 1 else "Units"
    return f"{noun} {format.listing(numbers)} of {len(units)}"
