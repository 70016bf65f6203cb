"""Which things belong together, what they are called, and in which file they live."""
