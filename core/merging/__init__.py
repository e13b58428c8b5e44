"""Records that are the same person or thing: finding them, making one of them, and taking that back."""
