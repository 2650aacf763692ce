"""The session state keys of the Classify page, and those of its fragments."""

TEXT = "classify_text"  # the content of the text field
FIRST_SAMPLE = "classify_first_sample"  # the number of the first sample review shown
PICKED = "classify_runs"  # ids of the groups and runs in the picker
CHOICE = "classify_choice"  # what was picked, for the next visit of the page
URL = "classify_url"  # the `run` of the URL that the picker took over or wrote last
MISSING = "classify_missing"  # the ids in that URL that no trained run has
EDITS = "classify_edits"  # the text before its words were changed, the changes, and the text after
METHOD = "classify_method"  # by which words are coloured
WORDS = "classify_words"  # the component of the words
LOOK_INSIDE = "classify_look_inside"  # the run whose inside was asked for in the words
CHANGED = "classify_changed"  # the text that was explained last, and when it came

BENCH, PROBES = "classify_bench_fragment", "classify_probes_fragment"
