"""The second opinion: pyx12 as an independent reader beside ours, in a process of its own."""
