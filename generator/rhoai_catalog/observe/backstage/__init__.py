"""A Backstage: who can own, and what it shows."""
