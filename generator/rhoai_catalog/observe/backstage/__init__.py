"""A Backstage: who its organisation is."""
