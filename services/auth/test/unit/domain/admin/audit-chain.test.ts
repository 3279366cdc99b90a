import fc from 'fast-check';
import t from 'tap';
import {
  EMPTY_CHAIN,
  followChain,
  joinOn,
  type AuditEntry,
  type AuditRecord,
} from '../../../../src/domain/admin/audit-chain.ts';
import { NOON_MS } from '../../../support/builders.ts';

const record = (count: number): AuditRecord => ({
  kind: 'intent',
  atMs: NOON_MS + count,
  actor: 'somebody',
  action: 'v1.user.freezeAccount',
  route: 'POST /admin/v1/users/{id}/freeze',
  target: `id=${String(count)}`,
  requestId: `request-${String(count)}`,
  clientIp: '192.0.2.1',
  paramsDigest: 'a'.repeat(64),
  intentSeq: null,
  status: null,
  outcome: null,
});

const chainOf = (length: number): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  for (let count = 0; count < length; count += 1)
    entries.push(joinOn(record(count), entries.at(-1) ?? EMPTY_CHAIN));
  return entries;
};

t.test('an untouched chain is followed to its end', async (t) => {
  const chain = chainOf(5);

  t.same(followChain(chain, EMPTY_CHAIN), {
    last: { seq: 5, hash: chain[4]!.hash },
    broken: null,
  });
});

const fields = Object.keys(record(0)) as (keyof AuditRecord)[];

t.test('whatever field of whatever row is altered, that row is named', async (t) => {
  fc.assert(
    fc.property(fc.nat(9), fc.constantFrom(...fields), fc.string(), (index, field, value) => {
      const chain = chainOf(10);
      const entry = chain[index]!;
      fc.pre(entry[field] !== value);
      chain[index] = { ...entry, [field]: value };
      const { broken } = followChain(chain, EMPTY_CHAIN);
      return broken?.seq === index + 1 && broken.problem === 'altered';
    }),
  );
  t.pass('for 100 alterations');
});

t.test('a row that is taken out, or put in with a good hash of its own, is found', async (t) => {
  const missing = chainOf(5).toSpliced(2, 1);
  const replaced = chainOf(5).with(2, joinOn(record(99), chainOf(2)[1]!));

  t.same(followChain(missing, EMPTY_CHAIN).broken, { seq: 3, problem: 'missing' });
  t.same(followChain(replaced, EMPTY_CHAIN).broken, { seq: 4, problem: 'unlinked' });
});
