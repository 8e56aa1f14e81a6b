"""One module a group of commands; imported when the command is called. app.py lists them."""
