// Who asks, and how often they may.
'use strict'
const { createSecretKey } = require('node:crypto')
const jwt = require('jsonwebtoken')

class Refused extends Error {
  constructor(status, code) {
    super(code)
    this.status = status
    this.code = code
  }
}

const key = createSecretKey(Buffer.from(process.env.JWT_SECRET)) // a string would be made a key at every call: 0.5 ms
const RULES = { algorithms: ['HS256'], audience: 'sello:access', issuer: 'sello' }

function authenticate({ remember }) {
  const known = new Map()
  return (request, _response, next) => {
    const token = (request.headers.authorization || '').slice(7)
    let claims = remember ? known.get(token) : undefined
    if (claims === undefined) {
      try {
        claims = jwt.verify(token, key, RULES)
      } catch {
        return next(new Refused(401, 'unauthenticated'))
      }
      if (remember) {
        if (known.size >= 10_000) known.clear()
        known.set(token, claims)
      }
    } else if (claims.exp <= Date.now() / 1000) {
      return next(new Refused(401, 'unauthenticated'))
    }
    request.claims = claims
    next()
  }
}

const WINDOW = 900
const MOST = 1000

// A sliding window of two counters, one round trip: the past window counts by how much of it is still in view.
function limit(redis) {
  return (request, _response, next) => {
    const now = Date.now() / 1000
    const window = Math.floor(now / WINDOW)
    const name = `limit:${request.claims.sub}:`
    const asked = redis.options.enableAutoPipelining
      ? Promise.all([redis.incr(name + window), redis.get(name + (window - 1)), redis.expire(name + window, 1900, 'NX')])
      : redis.multi().incr(name + window).get(name + (window - 1)).expire(name + window, 1900, 'NX').exec()
          .then((rows) => rows.map(([error, value]) => { if (error) throw error; return value }))
    asked.then(([hits, before]) => {
      const weighted = Number(before || 0) * (1 - (now / WINDOW - window))
      next(hits + weighted > MOST ? new Refused(429, 'too_many_requests') : undefined)
    }, next)
  }
}

module.exports = { authenticate, limit, Refused }
