"""One document: the values of its base, of the tree and of the description -> what it becomes."""
