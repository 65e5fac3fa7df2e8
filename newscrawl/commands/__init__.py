"""The project's own commands of the command line."""
