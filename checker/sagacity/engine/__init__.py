"""Exploring a model: the next-state protocol, the interpreter, search, replay and trace files."""
