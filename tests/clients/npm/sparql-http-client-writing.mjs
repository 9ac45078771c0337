import { DataFactory } from 'n3'
import { Readable } from 'node:stream'
import ParsingClient from 'sparql-http-client/ParsingClient.js'
import SimpleClient from 'sparql-http-client/SimpleClient.js'
import StreamClient from 'sparql-http-client/StreamClient.js'
import * as ask from './questions.mjs'

const { blankNode, defaultGraph, literal, namedNode, quad } = DataFactory
const address = ask.endpoint.replace(/\/sparql$/, '')
const options = {
  endpointUrl: ask.endpoint,
  updateUrl: `${address}/update`,
  storeUrl: `${address}/store`,
  headers: { authorization: `Bearer ${process.env.TOKEN}` }
}
const stream = new StreamClient(options)
const parsing = new ParsingClient(options)
const simple = new SimpleClient(options)
const graph = namedNode('http://example.test/graphs/js#å')
const p = namedNode('http://example.test/p')
const text = literal('sanoo "hei"\n\\ – € 😀', 'fi')
const some = (...objects) => Readable.from(objects.map(each => quad(blankNode('b'), p, each, graph)))

/** How many statements the store gives of a graph; the status of the error when it gives none. */
async function held(name) {
  try {
    return (await stream.store.get(name).toArray()).length
  } catch (error) {
    return error.status
  }
}

const told = { absent: await held(graph) }
await stream.store.put(some(literal('1'), text), { graph })
told.put = (await stream.store.get(graph).toArray()).map(each => [each.object.value, each.object.language, each.graph.value])
await stream.store.post(some(literal('3')), { graph })
told.posted = await held(graph)
await stream.store.write({ graph, method: 'PUT', stream: some(literal('5')) })
told.written = await held(graph)
await stream.store.post(some(literal('6')), { graph: defaultGraph() })
told.defaultGraph = await held(defaultGraph())
await stream.store.put(Readable.from([]), { graph: defaultGraph() })
told.emptied = await held(defaultGraph())

await stream.query.update(`PREFIX e: <http://example.test/> INSERT DATA { GRAPH <${graph.value}> { e:s e:p "å" } }`)
told.updated = await held(graph)
const direct = { operation: 'postDirect', headers: { 'content-type': 'application/sparql-update' } }
await parsing.query.update(`DELETE WHERE { GRAPH <${graph.value}> { ?s ?p "å" } }`, direct)
told.deleted = await held(graph)
// The client's option usingGraph reaches its SimpleClient alone (3.1.0).
await simple.query.update('INSERT { GRAPH <http://example.test/graphs/copy> { ?s ?p ?o } } WHERE { ?s ?p ?o }', { usingGraph: [graph.value] })
told.copied = await held(namedNode('http://example.test/graphs/copy'))
for (const name of [graph.value, 'http://example.test/graphs/copy', graph.value]) {
  told.dropped = (await simple.query.update(`DROP GRAPH <${name}>`)).status
}
told.gone = await held(graph)
told.mistaken = await ask.refusal(() => parsing.query.update('INSERT DATA { <x:s> <x:p> }'))
told.nobody = await ask.refusal(() => new ParsingClient({ ...options, headers: {} }).query.update('DROP ALL'))
told.nobodyStores = await ask.refusal(() => new StreamClient({ ...options, headers: {} }).store.put(some(text), { graph }))
ask.tell(told)
