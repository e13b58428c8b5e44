"""Files that hang on records of every kind, each with its earlier versions; who may see the record may see them."""
