"""What colleagues write to each other: conversations of two and small groups, read by their members and nobody else."""
