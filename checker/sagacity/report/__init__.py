"""How is a result shown?  As lines of text, as a sequence diagram, as a page: data first, then renderers of it."""
