import { readFileSync } from 'node:fs';
import {
  access,
  eventsIn,
  formatRule,
  loadKernelModules,
  nevers,
  type PolicyDb,
  prove,
  ptrace,
  readDenials,
  readPolicy,
  sensitiveGrants,
  Unread,
  undescribed,
  type Verdict,
} from 'confine-mac';

const [policyFile, logFile] = process.argv.slice(2);
if (policyFile === undefined || logFile === undefined) throw new Error('name a policy and a log');

// Read a policy, and ask.
const db: PolicyDb = readPolicy(readFileSync(policyFile));
const { permissions } = access(db, {
  source: 'passwd_t',
  target: 'shadow_t',
  tclass: 'file',
  permissions: ['write'],
});
for (const { permission, access: answer, rules } of permissions) {
  console.log(`passwd_t ${permission} shadow_t: ${answer}`, rules.map(formatRule));
}
for (const { what } of sensitiveGrants(db, 'passwd_t')) console.log(`passwd_t may ${what}`);

// Prove nevers of a domain. A verdict is one of four words, and never a boolean.
const asked = nevers([ptrace('it is a server'), loadKernelModules('it needs none')]);
for (const { id, verdict } of prove({ db }, undescribed(db, 'httpd_t', asked))) {
  console.log(`${id}: ${inWords(verdict)}`);
}

// Read denials. What could not be read is told too: with any of it, nothing may be said of all.
const unread = new Unread();
for (const event of eventsIn(readFileSync(logFile, 'utf8'), unread)) {
  for (const { source, target, tclass, permissions: refused } of readDenials(event, unread)) {
    console.log(`${source.type} ${target.type}:${tclass} ${refused.join(' ')}`);
  }
}
for (const { kind, count } of unread.all()) console.log(`${count} lines unread: ${kind}`);

function inWords(verdict: Verdict): string {
  return verdict.outcome === 'undecided'
    ? `undecided: ${verdict.reasons.join('; ')}`
    : verdict.outcome;
}
