"""Running an installation: setting it up, sample data, backup, checks."""
