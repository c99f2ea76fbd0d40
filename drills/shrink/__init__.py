"""A failure made small: of a long night, the few steps that matter.

The schedule of a drill is the list of its steps. A drill in which a rule was broken, or a step did not come about, is
run again and again with fewer and milder steps, as long as it fails in the same way; what is left is the
counter-example. `reduce` is the search and knows nothing of drills, `schedule` a scenario as data, `milder` what may
be made milder in a step, `failure` what counts as the same failure, `runs` how candidates are run.
"""
