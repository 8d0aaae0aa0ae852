"""Documents to be sent that come as messages from the broker."""
