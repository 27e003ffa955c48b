"""The proof: nothing lost, nothing twice, whatever dies. `python -m tests.proof` runs its full form."""
