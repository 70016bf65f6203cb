"""The family `kserve`: a cluster, and the model servers that it shows."""
