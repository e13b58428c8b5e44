"""The plugins that ship with Diwan; each is an installed package like any partner's."""
