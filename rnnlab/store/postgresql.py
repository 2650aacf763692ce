"""What is special about PostgreSQL: how it names what went wrong."""

MISSING = ("42P01", "42703")  # SQLSTATE of a table and of a column that is not there
