// Routes and server come with their own commits.
