"""
What a good entry is: SHACL shapes with messages in fi, sv and en, and the validator that applies them.
"""
