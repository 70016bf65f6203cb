"""Facts -> entity documents, a file a kind."""
