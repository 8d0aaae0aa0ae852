"""A gateway under an even load for a long time: does anything grow? Run by `make soak`, not with the tests."""
