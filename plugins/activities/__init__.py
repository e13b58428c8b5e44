"""Activities: tasks, calls, meetings and visits, on records of every kind and on nobody's."""
