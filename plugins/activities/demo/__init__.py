"""Tasks and calls of the sample company, in the language of whoever has to do them."""
