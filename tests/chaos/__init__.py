"""The chaos campaign: a gateway under load while all around it is broken, and an oracle that judges what came."""
