"""Who takes part: applications, answers, goals, import, invitations."""
