"""The administrators' own pages: what needs attention, people and roles, settings, the log. No case content, ever."""
