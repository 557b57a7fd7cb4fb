"""The evaluation report of one plan: from the marts to a file that an evaluator can send on."""
