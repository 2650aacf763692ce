"""The session state keys of the Train page."""

PRESET = "train_preset"  # the preset that the form equals
URLS = "train_urls"  # the URLs that the form took over or wrote
KEPT = "train_kept"  # the last config without a value out of bounds
FILLED_AT = "train_filled_at"  # when the form took over a URL, unless it was edited since
PROBLEMS = "train_problems"  # what could not be used of the URL
CLICKS = "train_clicks"  # clicks on the Train button that queued something
SEEDS = "train_seeds"  # how many seeds to train
QUEUED = "train_queued"  # the message about the last click, until it is shown
LAST = "train_last"  # the last click: config, number of seeds, time
SAMPLE = "train_sample"  # the number of the sample review


def field(name: str) -> str:
    """Return the key of a config field's value."""
    return f"train_{name}"


def slider(name: str) -> str:
    """Return the key of the slider beside a field's box."""
    return f"{field(name)}_drag"


def run_name(clicks: int) -> str:
    """Return the key of the box for the run's name, a new and empty one after each click."""
    return f"train_name_{clicks}"
