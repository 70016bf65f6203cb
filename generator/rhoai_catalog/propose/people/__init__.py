"""What people did on the branches: whose commits there are, and what they took back."""
