"""A request becomes an experiment, or one line per problem."""
