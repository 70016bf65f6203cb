"""The family `model-registry`: registered models, their versions and artifacts."""
