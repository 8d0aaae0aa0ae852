"""Problems as a person or a tool reads them: on the terminal, as JSON, as SARIF, as documentation."""
