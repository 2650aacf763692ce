"""The parts of the Compare page: what is chosen, the finding, and a module for each tab."""
