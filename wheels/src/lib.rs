//! Reading, checking and installing wheels.
