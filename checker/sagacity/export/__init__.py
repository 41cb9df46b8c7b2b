"""A model in the languages of other tools."""
