"""The privacy desk: what is kept about whom, notice, own data, consent, erasure, retention."""
