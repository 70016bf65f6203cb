"""Pull requests on each forge."""
