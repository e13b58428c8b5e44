"""The audit log: who changed what, when and from where, in a chain that shows tampering."""
