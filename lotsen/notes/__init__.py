"""What coordinators note about people, organisations and cases: notes, calls, and when to look again."""
