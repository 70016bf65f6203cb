"""How a forge is spoken to: one REST API, patience with its limits, addresses, and what several of them have alike."""
