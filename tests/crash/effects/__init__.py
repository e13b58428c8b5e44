"""The plugin of the trial, in a package of its own: what stands in the frames of the others is not at its door."""
