"""A page of the handbook, as a person reads it at a terminal."""
