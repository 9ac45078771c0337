import { SparqlEndpointFetcher } from 'fetch-sparql-endpoint'
import * as ask from './questions.mjs'

const get = new SparqlEndpointFetcher({ method: 'GET' })
const post = new SparqlEndpointFetcher({ method: 'POST' })

async function all(stream) {
  const found = []
  for await (const each of await stream) found.push(each)
  return found
}

const told = {}
for (const [name, client] of [['get', get], ['post', post]]) {
  const [row] = await all(client.fetchBindings(ask.endpoint, ask.title))
  told[name] = {
    title: row.title.value,
    language: row.title.language,
    actors: (await all(client.fetchBindings(ask.endpoint, ask.actors))).map(each => each.actor.value),
    count: (await all(client.fetchBindings(ask.endpoint, ask.count)))[0].n.value,
    yes: await client.fetchAsk(ask.endpoint, ask.yes),
    no: await client.fetchAsk(ask.endpoint, ask.no),
    triples: (await all(client.fetchTriples(ask.endpoint, ask.graph))).length,
    mistaken: await ask.refusal(() => all(client.fetchBindings(ask.endpoint, ask.mistaken))),
    endless: await ask.refusal(() => all(client.fetchBindings(ask.endpoint, ask.endless))),
    elsewhere: await ask.refusal(() => all(client.fetchBindings(ask.elsewhere, ask.title)))
  }
}
ask.tell(told)
