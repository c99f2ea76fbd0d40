"""Runs of drills in real time: who ran one, when and where, and the index of many reports."""
