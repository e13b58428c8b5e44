"""Operations: upgrades, backups, checks, health, figures."""
