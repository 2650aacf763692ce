"""The Inside page's keys in the session state."""

RUNS = "inside_runs"
TEXT = "inside_text"
URL = "inside_url"
MISSING = "inside_missing"  # ids in the URL that open no network
