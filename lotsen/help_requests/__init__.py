"""What an organisation needs, from draft to completed."""
