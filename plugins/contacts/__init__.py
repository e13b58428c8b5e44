"""Contacts and companies: the people and organisations a company deals with."""
