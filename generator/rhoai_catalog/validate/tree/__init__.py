"""The verdict on a tree: its files, its documents against each other."""
