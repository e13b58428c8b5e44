"""Fields that admins add without code: their definitions, what follows from them, and their indexes."""
