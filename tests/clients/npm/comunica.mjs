import { ActorRdfMetadataExtractSparqlService } from '@comunica/actor-rdf-metadata-extract-sparql-service'
import { Bus } from '@comunica/core'
import { QueryEngine } from '@comunica/query-sparql'
import { Parser } from 'n3'
import { Readable } from 'node:stream'
import * as ask from './questions.mjs'

const engine = new QueryEngine()
const sources = [ask.endpoint]

async function rows(query, context = { sources }) {
  const stream = await engine.queryBindings(query, context)
  return await stream.toArray()
}

const [row] = await rows(ask.title)
const title = row.get('title')
const triples = await engine.queryQuads(ask.graph, { sources })
const told = {
  title: title.value,
  language: title.language,
  actors: (await rows(ask.actors)).map(each => each.get('actor').value),
  count: (await rows(ask.count))[0].get('n').value,
  yes: await engine.queryBoolean(ask.yes, { sources }),
  no: await engine.queryBoolean(ask.no, { sources }),
  triples: (await triples.toArray()).length,
  mistaken: await ask.refusal(() => rows(ask.mistaken)),
  endless: await ask.refusal(() => rows(ask.endless)),
  elsewhere: await ask.refusal(() => rows(ask.title, { sources: [ask.elsewhere] }))
}

// A join of the endpoint with one of its documents, which the engine makes itself and plans by counts.
const document = ask.endpoint.replace(/sparql$/, 'doc/measure/ap22-m14.ttl')
told.joined = (await rows(ask.actors, { sources: [ask.endpoint, document], noCache: true })).map(each => each.get('actor').value)

// What the engine makes of the service description.
const response = await fetch(ask.endpoint, { headers: { Accept: 'text/turtle' } })
const metadata = Readable.from(new Parser({ baseIRI: ask.endpoint }).parse(await response.text()))
const extract = new ActorRdfMetadataExtractSparqlService({ name: 'extract', bus: new Bus({ name: 'bus' }), inferHttpsEndpoint: true })
told.described = (await extract.run({ url: ask.endpoint, metadata })).metadata
ask.tell(told)
