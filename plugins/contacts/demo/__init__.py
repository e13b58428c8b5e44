"""A believable customer list in three languages, for trying Diwan out. No name, firm or address is a real one."""
