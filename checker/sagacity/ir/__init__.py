"""The typed intermediate representation: what the front end makes and every engine reads."""
