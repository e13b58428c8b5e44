"""When people work: the week and hours of organisations and teams, and the days on which they are off."""
