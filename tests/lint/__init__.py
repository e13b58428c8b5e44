"""Rules about the source itself: layers, forbidden constructs, locks."""
