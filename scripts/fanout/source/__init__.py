"""Where a plan comes from: what the user named is found and read, and a status is written back to it."""
