"""Who should meet whom: snapshot, solving, proposals, review, publication."""
