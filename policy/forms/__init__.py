"""Forms of those who write and publish the policy: fields only, the rules are in services."""
