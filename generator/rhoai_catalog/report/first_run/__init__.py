"""What `init` saw and did, and what is left to do."""
