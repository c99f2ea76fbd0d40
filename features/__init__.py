"""The manual's tests as Gherkin, and the step library they are written in."""
