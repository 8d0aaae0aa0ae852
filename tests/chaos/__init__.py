"""The chaos campaign: a gateway under load while everything around it is broken, and an oracle that judges what came."""
