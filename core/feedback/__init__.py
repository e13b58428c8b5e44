"""What users tell those who run Diwan: problems, ideas and questions, with the page they came from."""
