"""A supplier for demonstrations, acceptance tests and training: it answers orders, well or badly, as it is told."""
