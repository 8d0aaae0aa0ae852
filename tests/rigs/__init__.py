"""Real parts for the tests: started on their own ports in their own folders, stopped by process id."""
