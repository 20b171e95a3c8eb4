// b2: what a careful team writes. One transaction per stamp under the tenant, the card locked before it is judged.
'use strict'
const { Refused } = require('./edge')
const { firstName, newId, newStamp } = require('./shapes')

const SHOP = `
  SELECT b.zone, b.rule_version, b.suspended_at, b.closed_at, m.version, m.disabled_at,
    EXISTS (SELECT FROM sessions s WHERE s.id = $3 AND s.business_id = b.id AND s.account_id = $2 AND s.revoked_at IS NULL) AS signed_in
  FROM businesses b JOIN memberships m ON m.business_id = b.id AND m.account_id = $2 WHERE b.id = $1`
const CARD = `
  SELECT c.id, c.customer_id, c.balance, c.seq, c.cycle, c.last_at, c.day::text, c.day_count, c.issued_at, c.confirmed_at, u.name
  FROM cards c JOIN customers u ON u.business_id = c.business_id AND u.id = c.customer_id
  WHERE c.business_id = $1 AND c.scan_code = $2 AND c.merged_into IS NULL FOR NO KEY UPDATE OF c`
const DONE = 'SELECT card_id, kind, balance_after, seq, occurred_at FROM stamp_events WHERE business_id = $1 AND id = $2'
const STAFF_DAY = `
  INSERT INTO staff_days AS d (business_id, account_id, day, stamps) VALUES ($1, $2, $3, 1)
  ON CONFLICT ON CONSTRAINT staff_days_pkey DO UPDATE SET stamps = d.stamps + 1 WHERE d.stamps < $4`
const ENTRY = `
  INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id, occurred_at,
    recorded_at, amount_centimos, reward_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
const REWARD = `
  INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by, issued_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
const UPDATE_CARD = `
  UPDATE cards SET balance = $3, seq = $4, cycle = $5, last_at = $6, day = $7, day_count = $8 WHERE business_id = $1 AND id = $2`
const FACT = 'INSERT INTO events (id, business_id, kind, payload, recorded_at) VALUES ($1, $2, $3, $4, $5)'
const SCAN = `
  SELECT m.disabled_at, m.version, b.closed_at, b.suspended_at, c.id AS card_id, c.customer_id, c.balance, c.last_at,
    c.confirmed_at, u.name, u.last_three,
    (SELECT coalesce(json_agg(json_build_object('id', r.id, 'title', r.title)), '[]') FROM rewards r
     WHERE r.business_id = c.business_id AND r.card_id = c.id AND r.revoked_at IS NULL
       AND NOT EXISTS (SELECT FROM redemptions d WHERE d.business_id = r.business_id AND d.reward_id = r.id
                         AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)) AS rewards
  FROM businesses b JOIN memberships m ON m.business_id = b.id AND m.account_id = $2
  LEFT JOIN cards c ON c.business_id = b.id AND c.scan_code = $3
  LEFT JOIN customers u ON u.business_id = c.business_id AND u.id = c.customer_id
  WHERE b.id = $1`

module.exports = (pool, redis) => {
  const rulebook = new Map() // the rules of a shop, read once per process

  async function inTenant(business, work) {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await client.query("SELECT set_config('app.business_id', $1, true)", [business])
      const result = await work(client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }

  async function rulesOf(client, business, version) {
    let rules = rulebook.get(business)
    if (rules === undefined || rules.version !== version) {
      const { rows } = await client.query('SELECT version, body FROM reward_rules WHERE business_id = $1 AND version = $2', [business, version])
      rules = { version, ...rows[0].body }
      rulebook.set(business, rules)
    }
    return rules
  }

  const days = new Map() // formatters are dear
  function dayIn(zone, moment) {
    let format = days.get(zone)
    if (format === undefined) days.set(zone, (format = new Intl.DateTimeFormat('en-CA', { timeZone: zone })))
    return format.format(moment)
  }

  function judgeShop(shop, claims) {
    if (!shop || shop.disabled_at) throw new Refused(401, 'membership_ended')
    if (shop.version !== claims.ver) throw new Refused(401, 'unauthenticated')
    if (!shop.signed_in) throw new Refused(401, 'session_ended')
    if (shop.closed_at) throw new Refused(403, 'business_closed')
    if (shop.suspended_at) throw new Refused(403, 'business_suspended')
  }

  async function stamp(request, response) {
    const claims = request.claims
    const asked = newStamp(request.body)
    const { status, answer } = await inTenant(claims.bid, async (client) => {
      const shop = (await client.query(SHOP, [claims.bid, claims.sub, claims.sid])).rows[0]
      judgeShop(shop, claims)
      const rules = await rulesOf(client, claims.bid, shop.rule_version)
      const required = rules.steps[rules.steps.length - 1].at
      const card = (await client.query(CARD, [claims.bid, asked.scan_code])).rows[0]
      if (!card) throw new Refused(404, 'card_not_found')
      const done = (await client.query(DONE, [claims.bid, asked.id])).rows[0]
      const said = (balance, seq, occurredAt, rewards) => ({
        id: asked.id, card_id: card.id, customer_id: card.customer_id, customer_name: firstName(card.name),
        balance, of: required, seq, occurred_at: occurredAt, rewards,
      })
      if (done) {
        if (done.card_id !== card.id || done.kind !== 'earn') throw new Refused(409, 'id_reused')
        return { status: 200, answer: said(done.balance_after, done.seq, done.occurred_at, []) }
      }
      if (asked.stamps > rules.most_per_purchase) throw new Refused(422, 'too_many_stamps')
      if (!card.confirmed_at) throw new Refused(409, 'card_pending')
      const now = new Date()
      let at = new Date(asked.occurred_at)
      if (at > now) at = now
      if (at < now - (7 * 24 + 1) * 3_600_000) throw new Refused(422, 'too_late')
      if (at < card.issued_at) at = card.issued_at
      const gap = rules.cooldown_minutes * 60_000
      if (gap && card.last_at && Math.abs(at - card.last_at) < gap) throw new Refused(409, 'cooldown')
      const day = dayIn(shop.zone, at)
      const today = card.day === day ? card.day_count : 0
      if (today >= rules.card_daily_cap) throw new Refused(409, 'card_cap')
      const counted = await client.query(STAFF_DAY, [claims.bid, claims.sub, day, rules.staff_daily_cap])
      if (counted.rowCount === 0) throw new Refused(409, 'staff_cap')
      const entry = (id, seq, kind, delta, balance, amount, reward) => client.query(ENTRY, [
        claims.bid, id, card.id, seq, kind, delta, balance, rules.version, claims.sub, at, now, amount, reward])
      const fact = (kind, payload) => client.query(FACT, [newId(), claims.bid, kind, JSON.stringify(payload), now])
      let balance = card.balance + asked.stamps
      let seq = card.seq + 1
      let cycle = card.cycle
      let from = card.balance
      const rewards = []
      await entry(asked.id, seq, 'earn', asked.stamps, balance, asked.amount_centimos, null)
      for (;;) {
        for (const [index, step] of rules.steps.entries()) {
          const last = index === rules.steps.length - 1
          if (balance < step.at || (!last && from >= step.at)) continue
          const reward = newId()
          const cost = last ? step.at : 0
          await client.query(REWARD, [claims.bid, reward, card.id, cycle, step.at, cost, step.title, rules.version, asked.id, now])
          await entry(newId(), ++seq, 'issue_reward', -cost, balance - cost, null, reward)
          await fact('RewardEarned', { card_id: card.id, customer_id: card.customer_id, reward_id: reward, threshold: step.at })
          rewards.push({ id: reward, title: step.title, threshold: step.at })
        }
        if (balance < required) break
        balance -= required
        from = 0
        cycle++
      }
      await client.query(UPDATE_CARD, [claims.bid, card.id, balance, seq, cycle, at, day, today + 1])
      await fact('StampAdded', {
        card_id: card.id, customer_id: card.customer_id, stamp_id: asked.id, account_id: claims.sub, count: asked.stamps,
        balance, seq, of: required, occurred_at: at, flags: [],
      })
      return { status: 201, answer: said(balance, seq, at, rewards) }
    })
    response.status(status).json(answer)
  }

  async function simpleStamp(request, response) {
    const claims = request.claims
    const asked = newStamp(request.body)
    const answer = await inTenant(claims.bid, async (client) => {
      const card = (await client.query('SELECT id FROM bench.cards WHERE business_id = $1 AND scan_code = $2', [claims.bid, asked.scan_code])).rows[0]
      if (!card) throw new Refused(404, 'card_not_found')
      const visit = await client.query(
        'INSERT INTO bench.visits (business_id, id, card_id, account_id, occurred_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
        [claims.bid, asked.id, card.id, claims.sub, asked.occurred_at])
      if (visit.rowCount === 0) throw new Refused(409, 'id_reused')
      const { rows } = await client.query(
        'UPDATE bench.cards SET balance = balance + 1, seq = seq + 1 WHERE business_id = $1 AND id = $2 RETURNING balance, seq', [claims.bid, card.id])
      await client.query("INSERT INTO bench.outbox (id, business_id, kind, payload) VALUES ($1, $2, 'StampAdded', $3)",
        [newId(), claims.bid, JSON.stringify({ card_id: card.id, stamp_id: asked.id, balance: rows[0].balance })])
      return { id: asked.id, card_id: card.id, ...rows[0] }
    })
    response.status(201).json(answer)
  }

  async function look(claims, code) {
    const { rows: [row] } = await inTenant(claims.bid, (client) => client.query(SCAN, [claims.bid, claims.sub, code]))
    judgeShop(row && { ...row, signed_in: true }, claims)
    if (!row.card_id) throw new Refused(404, 'card_not_found')
    return {
      card_id: row.card_id, customer_id: row.customer_id, first_name: firstName(row.name), last_three: row.last_three,
      pending: !row.confirmed_at, balance: row.balance, rewards: row.rewards, last_at: row.last_at,
    }
  }

  async function scan(request, response) {
    response.json(await look(request.claims, request.params.code))
  }

  // Cache-aside for five minutes, as the written spec has it; a cached answer skips the check of the membership.
  async function cachedScan(request, response) {
    const name = `scan:${request.claims.bid}:${request.params.code}`
    const kept = await redis.get(name)
    if (kept !== null) return response.type('json').send(kept)
    const found = JSON.stringify(await look(request.claims, request.params.code))
    await redis.set(name, found, 'EX', 300)
    response.type('json').send(found)
  }

  return { stamp, simpleStamp, scan, cachedScan }
}
