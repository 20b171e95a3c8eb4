// The peer: the written spec's own stack with two workers, like the API beside it. `node server.js b2|b3`.
//   b2  what a careful team writes: several statements in one transaction, the token verified with a KeyObject
//   b3  tuned: verified tokens are remembered, one prepared statement, Redis commands pipelined by themselves
// Both leave out what would cost them more: logs, metrics and security headers.
'use strict'
const cluster = require('node:cluster')

const WORKERS = 2

if (cluster.isPrimary) {
  for (let i = 0; i < WORKERS; i++) cluster.fork()
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
    process.exit(0)
  })
} else {
  serve(process.argv[2])
}

function serve(variant) {
  const express = require('express')
  const Redis = require('ioredis')
  const { Pool } = require('pg')
  const { authenticate, limit, Refused } = require('./edge')
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
  const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: variant === 'b3' })
  const handlers = require(`./${variant}`)(pool, redis)

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.get('/health/ready', (_, response) => response.json({ status: 'ok' }))
  app.use(express.json({ limit: '64kb' }))
  app.use(authenticate({ remember: variant === 'b3' }))
  app.use(limit(redis))
  const route = (handler) => (request, response, next) => handler(request, response).catch(next)
  app.post('/api/v1/stamps', route(handlers.stamp))
  app.post('/simple/stamps', route(handlers.simpleStamp))
  app.get('/api/v1/scans/:code', route(handlers.scan))
  app.get('/cached/scans/:code', route(handlers.cachedScan))
  app.use((error, _request, response, _next) => {
    if (error instanceof Refused) return response.status(error.status).json({ code: error.code })
    console.error(error)
    response.status(500).json({ code: 'internal' })
  })
  app.listen(Number(process.env.PORT), '127.0.0.1')
}
