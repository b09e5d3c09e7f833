"""Public pages, and pages of those who write and publish the policy."""
