"""Benchmarks: run by hand, on data of one's own or that ONRECORD_BENCH_DATA names; never part of the tests."""
