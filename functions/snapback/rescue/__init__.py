"""Everything that puts targets back: restore, abandon, sweep, guard."""
