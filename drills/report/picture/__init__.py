"""The timeline picture of a drill: what it shows (lanes of states, marks), and the SVG that shows it."""
