"""Sharing: who may have what, and the one gate through which every face reads."""
