"""
What every client is asked, and what the documents say: the queries of ``npm/questions.mjs`` in Python.
"""

BASE = "https://w3id.org/hankintaverkko/"
MEASURE = f"<{BASE}id/measure/ap22-m14>"
TITLE = "En åtgärdsplan för kunskapsbaserad ledning av offentliga upphandlingar utarbetas"
ACTORS = [f"{BASE}id/actor/{key}" for key in ("hansel", "kuntaliitto", "mof", "state-treasury")]
MEASURES = 110

PREFIXES = f"PREFIX hv: <{BASE}def/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
TITLE_QUERY = PREFIXES + f'SELECT ?title {{ {MEASURE} skos:prefLabel ?title FILTER(LANG(?title) = "sv") }}'
ACTORS_QUERY = PREFIXES + f"SELECT DISTINCT ?actor {{ {MEASURE} hv:responsible ?actor }} ORDER BY ?actor"
COUNT_QUERY = PREFIXES + "SELECT (COUNT(?measure) AS ?n) { ?measure a hv:Measure }"
YES_QUERY = PREFIXES + f"ASK {{ {MEASURE} a hv:Measure }}"
NO_QUERY = PREFIXES + f"ASK {{ {MEASURE} a hv:Programme }}"
GRAPH_QUERY = f"CONSTRUCT {{ {MEASURE} ?p ?o }} WHERE {{ {MEASURE} ?p ?o }}"
SIZE_QUERY = f"SELECT (COUNT(*) AS ?n) {{ {MEASURE} ?p ?o }}"
MISTAKEN = "SELECT ?s { ?s ?p }"
ENDLESS = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "") }'
