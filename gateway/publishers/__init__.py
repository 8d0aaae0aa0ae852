"""Where events go: the embedded feed or RabbitMQ, behind one contract."""
