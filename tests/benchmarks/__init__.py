"""Benchmarks: run by hand, on data that ONRECORD_BENCH_DATA names; never part of the tests."""
