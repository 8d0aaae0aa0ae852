"""What the gateway answers over HTTP: health, metrics, schemas, and the API."""
