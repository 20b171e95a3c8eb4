"""The only place where things are put together: processes, settings, routes, commands."""
