"""What a rehearsal came to: the plan, branches compared, the debriefing."""
