"""Benchmarks: run by hand, on data that BENCH_DATA names; never part of the tests."""
