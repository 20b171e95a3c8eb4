"""PostgreSQL: pools, the one place that sets the tenant, migrations, facts, jobs, laws."""
