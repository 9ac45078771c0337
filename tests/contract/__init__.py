"""What every store and pool keeps."""
