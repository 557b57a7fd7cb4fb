"""Every fault that a night may meet, tried for real, and the table of what happened (`make faults`)."""
