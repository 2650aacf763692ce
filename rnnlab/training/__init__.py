"""Fitting: Keras for the networks, scikit-learn for the linear baseline."""
