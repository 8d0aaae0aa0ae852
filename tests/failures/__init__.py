"""What may fail, what must hold then, and which tests show it."""
