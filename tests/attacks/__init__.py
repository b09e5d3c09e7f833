"""Attacks: what somebody could try who is signed in, holds a code, guesses addresses, or writes into the database."""
