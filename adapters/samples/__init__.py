"""Made-up business: realistic documents of hospital supplies, whole or broken on purpose.

A seed tells a story (``story``): who orders what from whom, what is backordered, shipped, damaged, billed and paid.
``papers`` makes canonical documents of it, ``interchange`` has them written by the writer that writes to real partners.
``rules`` names what can be broken in a finished file, and the ``break_…`` files break it.

Nothing in it is real: parties are invented, telephone numbers come from ranges kept for fiction, GS1 numbers from the
prefix for examples, labelers and banks from ranges that nobody was given. Check digits are right.
"""
