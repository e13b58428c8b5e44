"""Choice lists that admins edit: what is stored of them, and their pages in the settings."""
