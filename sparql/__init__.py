"""
Data kept, versioned and asked: the store, its versions, query workers, guard and formats.
"""
