"""The frame of the step library: how a sentence is read, and what operators and storage administrators can do."""
