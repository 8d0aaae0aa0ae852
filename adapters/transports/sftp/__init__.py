"""A folder on a partner's SFTP server: files are fetched from it, and outbound files are put there."""
