"""One client for HTTP: a token to one origin, retries, bounds; and what reading a source costs."""
