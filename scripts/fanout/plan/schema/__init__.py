"""JSON Schemas of the lists that are read as JSON: for editors, and to say what is wrong with a record."""
