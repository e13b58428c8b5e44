"""What follows from a declaration: specs, forms, JSON schemas, query conditions."""
