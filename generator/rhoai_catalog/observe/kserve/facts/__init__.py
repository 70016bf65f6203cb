"""Objects of a cluster -> facts of its model servers, each with where it stands."""
