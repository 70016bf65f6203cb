"""Hostile text made safe: what is visible, what is a credential, and one escaping function a medium."""
