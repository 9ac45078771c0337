import ParsingClient from 'sparql-http-client/ParsingClient.js'
import * as ask from './questions.mjs'

const client = new ParsingClient({ endpointUrl: ask.endpoint })
const lost = new ParsingClient({ endpointUrl: ask.elsewhere })

const told = {}
for (const operation of ['get', 'postUrlencoded', 'postDirect']) {
  const [row] = await client.query.select(ask.title, { operation })
  told[operation] = {
    title: row.title.value,
    language: row.title.language,
    actors: (await client.query.select(ask.actors, { operation })).map(each => each.actor.value),
    count: (await client.query.select(ask.count, { operation }))[0].n.value,
    yes: await client.query.ask(ask.yes, { operation }),
    no: await client.query.ask(ask.no, { operation }),
    triples: (await client.query.construct(ask.graph, { operation })).size,
    mistaken: await ask.refusal(() => client.query.select(ask.mistaken, { operation })),
    endless: await ask.refusal(() => client.query.select(ask.endless, { operation })),
    elsewhere: await ask.refusal(() => lost.query.select(ask.title, { operation }))
  }
}
ask.tell(told)
