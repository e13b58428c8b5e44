"""What the tests stand on: throw-away databases, a PostgreSQL server of their own, a browser."""
