"""rnnlab: train small recurrent networks on text, and compare them honestly."""

__version__ = "0.1.0"
