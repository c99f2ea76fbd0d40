"""What is in the corpus is read by the fuzzers, not flown."""

collect_ignore_glob = ["corpus/*"]
