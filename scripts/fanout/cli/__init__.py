"""The slow door: the commands of `fanout`, each in a module that is imported when it is called."""
