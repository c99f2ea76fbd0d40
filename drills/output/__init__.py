"""Output of a drill besides its report: text for terminals, timelines, logs, traces, and files that appear whole."""
