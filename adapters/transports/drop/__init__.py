"""A folder that an SFTP server, or any other program, writes files into."""
