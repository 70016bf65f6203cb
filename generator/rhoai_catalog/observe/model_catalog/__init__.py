"""The family `model-catalog`: models with their cards, and what else a catalog offers."""
