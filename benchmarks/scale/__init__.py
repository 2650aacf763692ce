"""How far one store goes: thousands of runs, and dozens of workers that record at once.

The training is simulated, the store is real: each worker claims runs and records their batches and
epochs through the calls that a real one makes, with files of the size that the tutorial's LSTM has.
"""
