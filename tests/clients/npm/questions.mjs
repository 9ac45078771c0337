// What every client is asked, and how its answer goes back to the test: one line of JSON.

const prefixes = `
PREFIX hv: <https://w3id.org/hankintaverkko/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
`
const measure = '<https://w3id.org/hankintaverkko/id/measure/ap22-m14>'

export const endpoint = process.argv[2]
export const title = `${prefixes} SELECT ?title { ${measure} skos:prefLabel ?title FILTER(LANG(?title) = "sv") }`
export const actors = `${prefixes} SELECT DISTINCT ?actor { ${measure} hv:responsible ?actor } ORDER BY ?actor`
export const count = `${prefixes} SELECT (COUNT(?measure) AS ?n) { ?measure a hv:Measure }`
export const yes = `${prefixes} ASK { ${measure} a hv:Measure }`
export const no = `${prefixes} ASK { ${measure} a hv:Programme }`
export const graph = `CONSTRUCT { ${measure} ?p ?o } WHERE { ${measure} ?p ?o }`
export const mistaken = 'SELECT ?s { ?s ?p }'
export const endless = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "") }'
export const elsewhere = endpoint.replace(/sparql$/, 'nothing')

/** The message of the error that `asking` ends with; null when it succeeds. */
export async function refusal(asking) {
  try {
    await asking()
    return null
  } catch (error) {
    return [error.message, error.status, error.cause?.message].filter(Boolean).join(' ')
  }
}

export function tell(answers) {
  process.stdout.write(JSON.stringify(answers) + '\n')
}
