// b3: tuned. The very statement of the API (the same function, the tenant set inside it), prepared once per connection,
// its rules never looked up; the simple write is one prepared statement of the same kind.
'use strict'
const { readFileSync } = require('node:fs')
const { Refused } = require('./edge')
const { firstName, newId, newStamp } = require('./shapes')

const { text, names, fixed } = JSON.parse(readFileSync(process.env.STATEMENT_FILE, 'utf8'))

const SIMPLE = `
  SELECT card_id, balance, seq FROM set_config('app.business_id', $1::text, true) AS tenant,
    LATERAL bench.simple_stamp(tenant::uuid, $2::uuid, $3::uuid, $4::text, $5::timestamptz, $6::uuid)`

module.exports = (pool) => {
  async function stamp(request, response) {
    const { bid, sub, sid } = request.claims
    const asked = newStamp(request.body)
    const varying = {
      business_id: bid, id: asked.id, account_id: sub, session_id: sid, scan_code: asked.scan_code,
      occurred_at: asked.occurred_at, amount: asked.amount_centimos,
    }
    const values = names.map((name) => (name in varying ? varying[name] : fixed[name]))
    const { rows: [row] } = await pool.query({ name: 'stamp', text, values })
    if (row.outcome !== 'counted' && row.outcome !== 'replay') throw new Refused(409, row.outcome)
    response.status(row.outcome === 'counted' ? 201 : 200).json({
      id: asked.id, card_id: row.card_id, customer_id: row.customer_id, customer_name: firstName(row.customer_name),
      balance: row.balance, of: row.required, seq: row.seq, occurred_at: row.occurred_at, rewards: row.rewards,
    })
  }

  async function simpleStamp(request, response) {
    const { bid, sub } = request.claims
    const asked = newStamp(request.body)
    const values = [bid, asked.id, sub, asked.scan_code, asked.occurred_at, newId()]
    const { rows: [row] } = await pool.query({ name: 'simple', text: SIMPLE, values })
    if (!row.card_id) throw new Refused(409, 'id_reused')
    response.status(201).json({ id: asked.id, ...row })
  }

  const nothing = async () => { throw new Refused(404, 'not_found') } // look-ups are compared with b2 alone
  return { stamp, simpleStamp, scan: nothing, cachedScan: nothing }
}
