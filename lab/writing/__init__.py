"""For authors: the course's folder as it is being written, each lesson shown anew when a file of it is saved."""
