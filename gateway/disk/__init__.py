"""How much room there is on the disks that the gateway writes to, and what follows from it."""
