"""The report of a run: one frozen result as JSON, and a page and a text that are rendered from that JSON alone.

`collect` turns a drill that has ended into values (`model`), `codec` writes and reads them as JSON and prints their
schema, `page` and `text` render them. Nothing here looks into a world; whatever a picture shows was read from the event
log by `lanes`.

Rule 1: a report holds no time of day and no path of the machine it was made on, so that rendering it again, anywhere,
gives the same bytes.
Rule 2: every figure carries the number of the event that shows it; the page leads there.
Rule 3: it says SIMULATED on every page.
"""
