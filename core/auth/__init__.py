"""Sign-in: users, roles, teams, organisations, sessions and tokens."""
