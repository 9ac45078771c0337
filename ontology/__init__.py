"""
The words: vocabulary modules, concept schemes, prefixes, IRI policy and JSON-LD context.

Source: model of the vocabulary in ``docs/data-model.md``.
"""
