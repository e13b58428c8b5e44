"""A plugin whose one entity has fields that the plugins of Diwan do not use yet."""
