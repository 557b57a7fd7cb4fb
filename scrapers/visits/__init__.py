"""How one source is visited: when it is due, what is asked, and what came of it."""
