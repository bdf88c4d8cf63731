"""The router: how well it routes, how fast it decides, and what its trials of a tier are worth."""
