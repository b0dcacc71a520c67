"""What On Record promises under force, each promise as a campaign that anyone can run again: `make torture`."""
