"""Orders as their documents tell them: what was ordered, confirmed, shipped, received and invoiced. Pure, no I/O."""
