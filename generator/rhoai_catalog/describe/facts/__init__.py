"""What people wrote, and what speaks of a model: each value together with where it stands."""
