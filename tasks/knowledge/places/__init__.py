"""Places: the gazetteer, its compiler, a GeoNames dump, names in texts, bearings and countries."""
