"""Mails as rows, written with the change that causes them; held, sent, retried, recalled."""
