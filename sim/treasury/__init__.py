"""What policy offers, what firms reached, what is claimed and paid."""
