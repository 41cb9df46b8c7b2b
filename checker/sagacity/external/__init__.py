"""Other people's model checkers: finding them, running them, and reading what they print."""
