"""What people enter by hand: evidence that tasks are done, and figures that stand only in a work report."""
