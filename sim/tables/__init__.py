"""What is declared once: units, clusters, milestones, outcomes, numbers and input tables."""
