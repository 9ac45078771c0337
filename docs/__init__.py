"""
The pages about the product, and what writes the generated ones.
"""
