"""The watch: what arrives is captured, understood, appended to the log and shown, for as long as it runs."""
