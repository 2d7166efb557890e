"""AIS as its receivers and providers hand it out: NMEA sentences, CSV and JSON."""
