"""What differs between the tree and the estate, what may go, and where each value comes from."""
