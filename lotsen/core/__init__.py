"""The ground floor: plumbing that every feature stands on."""
