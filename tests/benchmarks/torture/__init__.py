"""What is promised under force, each promise as a campaign that anyone can run again: `make torture`."""
