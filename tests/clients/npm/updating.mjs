import { QueryEngine } from '@comunica/query-sparql'
import { SparqlEndpointFetcher } from 'fetch-sparql-endpoint'
import * as ask from './questions.mjs'

const address = ask.endpoint.replace(/\/sparql$/, '')
const authorization = `Bearer ${process.env.TOKEN}`
const graph = 'http://example.test/graphs/updating'
const held = async () => {
  const answer = await fetch(`${address}/store?graph=${graph}`, { headers: { accept: 'application/n-triples' } })
  return answer.ok ? (await answer.text()).trim().split('\n').sort() : answer.status
}

const fetcher = new SparqlEndpointFetcher({ defaultHeaders: new Headers({ authorization }) })
const told = { fetcher: [], comunica: [] }
for (const update of [
  `INSERT DATA { GRAPH <${graph}> { <x:s> <x:p> "å" } }`,
  `PREFIX x: <x:> DELETE DATA { GRAPH <${graph}> { x:s x:p "å" } } ; PREFIX y: <x:> INSERT DATA { GRAPH <${graph}> { y:s y:q 1 } }`,
  `CLEAR GRAPH <${graph}>`
]) {
  await fetcher.fetchUpdate(`${address}/update`, update)
  told.fetcher.push(await held())
}
told.mistaken = await ask.refusal(() => fetcher.fetchUpdate(`${address}/update`, 'INSERT DATA {'))
told.nobody = await ask.refusal(() => new SparqlEndpointFetcher().fetchUpdate(`${address}/update`, 'CLEAR ALL'))

const engine = new QueryEngine()
const authorised = (url, init = {}) => {
  const headers = new Headers(init.headers)
  headers.set('authorization', authorization)
  return fetch(url, { ...init, headers })
}
for (const update of [
  `CREATE GRAPH <${graph}> ; INSERT DATA { GRAPH <${graph}> { <x:s> <x:p> "1", "2" } }`,
  `DELETE { GRAPH <${graph}> { ?s <x:p> ?o } } INSERT { GRAPH <${graph}> { ?s <x:q> ?o } } WHERE { GRAPH <${graph}> { ?s <x:p> ?o } }`,
  `DROP GRAPH <${graph}>`
]) {
  await engine.queryVoid(update, {
    sources: [{ type: 'sparql', value: ask.endpoint }],
    destination: { type: 'sparql', value: `${address}/update` },
    fetch: authorised
  })
  await engine.invalidateHttpCache()
  told.comunica.push(await held())
}
ask.tell(told)
