"""What the suites share: the program under test, its inbox, named checks."""
