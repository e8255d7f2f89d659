//! Native standard-library modules.
