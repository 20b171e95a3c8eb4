// What comes in and what goes out: the same shapes as the API's.
'use strict'
const { randomBytes } = require('node:crypto')
const { z } = require('zod')
const { Refused } = require('./edge')

const NewStamp = z.object({
  id: z.string().uuid(),
  occurred_at: z.string().datetime({ offset: true }),
  scan_code: z.string().regex(/^[0-9A-Za-z_-]{20,44}$/),
  stamps: z.number().int().min(1).max(100).default(1),
  amount_centimos: z.number().int().min(0).max(100_000_000).nullable().default(null),
}).strict()

function newStamp(body) {
  const read = NewStamp.safeParse(body)
  if (!read.success) throw new Refused(422, 'invalid')
  const at = parseInt(read.data.id.slice(0, 8) + read.data.id.slice(9, 13), 16)
  const now = Date.now()
  if (read.data.id[14] !== '7' || at < now - (7 * 24 + 1) * 3_600_000 || at > now + 3_600_000) {
    throw new Refused(422, 'id_not_plausible')
  }
  return read.data
}

// A UUIDv7 of this moment.
function newId() {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const firstName = (name) => (name || '').split(' ', 1)[0]

module.exports = { newStamp, newId, firstName }
