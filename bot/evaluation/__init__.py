"""Measuring a collection with questions whose answers are known: `onrecord eval`."""
