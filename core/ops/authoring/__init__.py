"""For the authors of plugins: a new package, its migrations, its translations, and what is wrong with it."""
