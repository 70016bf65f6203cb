"""What all commands share: what they take, and how they tell a person, a script or a job."""
