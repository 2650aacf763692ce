"""Prints what the words of a text do to a model's answer."""

from rich.text import Text
from scipy.special import expit

from rnnlab import format
from rnnlab.cli.output import plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.inside.counterfactual import strongest as strongest_words
from rnnlab.inside.explain import Explanation

BAR = 20  # characters of the strongest word's bar


def explanation(explained: Explanation) -> None:
    """Print a line for each word with its effects, and what they are worth."""
    console = Stdout()
    gradients = explained.gradients
    strongest = max(map(abs, explained.occlusion), default=0.0)
    table = new_table("word", ">after it", ">occlusion", ">gradients", "effect")
    for place, word in enumerate(explained.words):
        effect = float(explained.occlusion[place])
        size = round(BAR * abs(effect) / strongest) if strongest else 0
        bar = Text(("+" if effect > 0 else "−") * size, style="green" if effect > 0 else "red")
        known = explained.reading.known[explained.reading.first + place]
        table.add_row(
            plain(word if known else f"{word} (unknown)"),
            format.percent(float(explained.after[place])),
            format.signed(effect, 3),
            format.NONE if gradients is None else format.signed(gradients.effects[place], 3),
            bar,
        )
    console.print(table)
    lines = [
        f"{explained.name} says {format.percent(explained.probability)} positive "
        f"(logit {format.signed(explained.logit, 3)}; "
        f"{format.signed(explained.baseline, 3)} with every word unknown).",
        "Occlusion: how far the logit falls if the word is unknown.",
    ]
    reading = explained.reading
    if reading.cut:
        which = "last" if reading.first else "first"
        lines[0] += (
            f" It reads the {which} {format.plural(len(explained.words), 'word')} of "
            f"{format.count(len(reading.tokens))}."
        )
    if gradients is not None:
        lines[-1] += (
            " Gradients: the word's share in the change from a review of unknown words "
            "(integrated gradients)."
        )
        error = format.small_percent(gradients.error)
        lines.append(
            f"The shares add up to that change within {error}, at "
            f"{format.plural(gradients.midpoints, 'midpoint')}."
            if gradients.converged
            else f"The shares did not converge: they miss that change by {error} at "
            f"{format.plural(gradients.midpoints, 'midpoint')}."
        )
    if flip := explained.flip:
        words = format.listing([f"“{explained.words[place]}”" for place in flip.places])
        lines.append(
            f"Fewest words to change its mind: {len(flip.places)}. With {words} unknown, it says "
            f"{format.percent(float(expit(flip.logit)))}."
        )
    else:
        count = format.plural(len(strongest_words(explained.occlusion)), "word")
        lines.append(
            f"No subset of its {count} of largest effect, read as unknown, changes its mind."
        )
    if explained.disputed:
        words = format.listing([f"“{explained.words[place]}”" for place in explained.disputed])
        lines.append(f"The two methods disagree on the direction of {words}.")
    for line in lines:
        console.print(plain(line), soft_wrap=True)
