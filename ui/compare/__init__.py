"""The parts of the Compare page: the selection, the finding, and a module for each tab."""
