"""What is not believed: what a person decided about it, what it is, and what can be done."""
