"""Scripts that do what an experiment does, as people write them; each plays on the mappings it is given.

A strategy is called with the UUIDs of the mappings and the seconds for which they are to be away. It
knows nothing of the world it runs in: it uses boto3 and `time.sleep`.
"""
