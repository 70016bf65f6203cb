"""The plan as Markdown of a forge: what a reviewer reads, in as much room as there is."""
