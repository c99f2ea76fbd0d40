"""Exploration: nights of faults and mistakes, drawn from seeds, run with the real agent, judged, kept, shrunk.

A night is a Gherkin scenario like any other drill: `draw` makes one from a seed, `run` runs it through the step
functions without pytest, `verdict` says what came of it, `store` keeps that, `campaign` does so on several processors.
`liveness` is what a night has to come to in the end.
"""
