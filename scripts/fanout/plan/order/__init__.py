"""Which of the inferred order holds: edges by evidence, at the risk that the user chose."""
