"""The instructor's shell: what can be typed, the sessions at the server, the terminal."""
