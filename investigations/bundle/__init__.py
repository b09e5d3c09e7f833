"""What leaves the portal with a bundle of evidence: the script that checks it (standard library only) and the pages of its index."""
