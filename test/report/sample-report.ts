import type { Report } from '../../src/report/index.ts';
import { sampleView } from './sample-view.ts';

/** A name that tries to be markup, an escape sequence, a table cell and a fence at once. */
export const HOSTILE = '<script>alert(1)</script>\x1b[2J`|` ``` \u202e"&\'';

/** A report of one of everything; `text` stands wherever text from outside does. */
export function sampleReport(text: string): Report {
  const denial = {
    event: '1.000:1',
    time: 1,
    by: 'kernel' as const,
    source: { user: 'u', role: 'r', type: 'rustnet_t' },
    target: { user: 'u', role: 'r', type: text },
    tclass: text,
    permissions: [text],
    permissive: false,
    pid: 1,
    comm: text,
    exe: text,
    path: text,
    details: {},
    text: [`type=AVC ${text}`],
  };
  return {
    title: `title ${text}`,
    generator: 'confine 0.1.0',
    ships: 'permissive',
    lab: {
      profile: 'profiles/rustnet',
      domain: 'rustnet_t',
      program: text,
      machine: {
        name: text,
        distribution: text,
        kernel: text,
        policy: text,
        policyVersion: '33',
        policyPackage: text,
        capabilities: [text],
        booleans: [text],
        permissiveDomains: [text],
        sestatus: text,
        programVersion: text,
        bootSeconds: 25,
      },
      started: '2026-01-02T03:04:05.000Z',
      seconds: 60,
      form: 'short',
      checks: [
        {
          id: 'compile',
          title: `check ${text}`,
          outcome: 'passed',
          problems: [],
          command: text,
          output: text,
        },
      ],
      scenarios: [
        {
          id: 'session',
          title: `scenario ${text}`,
          mode: 'enforcing',
          exercises: ['capturePackets'],
          outcome: 'failed',
          problems: [`problem ${text}`],
          steps: [
            { did: text, output: text },
            { did: text, screen: { name: text, columns: 40, rows: 2, ansi: text, text } },
          ],
          denials: [denial],
          seconds: 3,
        },
      ],
      attacks: [
        {
          id: 'udp',
          title: `attack ${text}`,
          against: 'send-udp',
          residual: undefined,
          outcome: 'passed',
          problems: [],
          command: text,
          inside: { context: text, answer: text, arrived: false },
          outside: { context: text, answer: 'ok', arrived: true },
          denials: [denial],
        },
      ],
      leftOut: [{ id: 'rds', title: `left out ${text}`, why: text }],
      hidden: [denial],
    },
    packages: [
      {
        id: 'deb-remove',
        title: `package ${text}`,
        outcome: 'passed',
        problems: [],
        command: text,
        output: text,
      },
    ],
    nevers: [
      {
        kind: 'send-udp',
        why: text,
        proof: { verdict: 'holds as set', says: text, assumes: [text] },
        attacks: ['udp'],
      },
    ],
    acceptance: [
      {
        asks: text,
        note: text,
        met: true,
        shownBy: [{ what: text, anchor: 'check-compile', excerpt: [text] }],
      },
      {
        asks: text,
        met: false,
        shownBy: [{ what: text, anchor: 'scenario-gone-enforcing', excerpt: [], lacks: text }],
      },
    ],
    targets: [
      {
        id: 'debian-13',
        title: text,
        note: text,
        command: text,
        nevers: [
          { kind: 'send-udp', target: text, standing: 'as set', says: text, assumes: [text] },
        ],
      },
    ],
    domain: sampleView(text),
    since: [
      { target: text, recorded: text, changes: [text] },
      { target: 'Debian 12', recorded: text, changes: [] },
    ],
    residuals: [{ id: 'frames', what: text, why: text, attacks: [] }],
    reproduce: [text],
  };
}
