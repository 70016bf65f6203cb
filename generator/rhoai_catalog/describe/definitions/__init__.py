"""The definition of an API: declared, fetched, or written for the protocol that a runtime speaks."""
