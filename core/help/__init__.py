"""Help: Markdown topics of the kernel and of plugins in every language, and which of them explain a page."""
