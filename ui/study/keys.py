"""The session state keys of the form that starts a study."""

CANDIDATES = "tune_candidates"
RATES = "tune_rates"
SEEDS = "tune_seeds"
FRESH_SEEDS = "tune_fresh_seeds"
EPOCHS = "tune_epochs"
