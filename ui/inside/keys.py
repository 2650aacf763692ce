"""The Inside page's keys in the session state."""

RUNS = "inside_runs"
TEXT = "inside_text"
CHOICE = "inside_choice"  # what was picked, for the next visit of the page
URL = "inside_url"
MISSING = "inside_missing"  # ids in the URL that open no network
