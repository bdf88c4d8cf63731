"""Where a request goes: trials of a tier, policies that learn, and what shows that they hold."""
