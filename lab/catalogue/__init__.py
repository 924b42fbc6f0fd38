"""The course as pages: home, course map, lessons; in the reader's language and theme."""
