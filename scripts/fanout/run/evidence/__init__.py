"""What proves a task done: the result line, declared files, acceptance commands, findings."""
