"""What entities of several kinds show alike: the server or offer that they are of, who owns it, facts of its model."""
