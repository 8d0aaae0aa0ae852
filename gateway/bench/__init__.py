"""Measurements that a user can repeat: figures and ratios of one run."""
