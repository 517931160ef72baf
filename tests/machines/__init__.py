"""Several machines, made of processes on this one, behind Debian's web server."""
