import type { DomainView } from '../../src/report/index.ts';

/** A domain of one of everything; `text` stands wherever a name from a policy does. */
export function sampleView(text: string): DomainView {
  const on = ['Debian 13'];
  const standing = { target: 'Debian 13', says: text, assumes: [text] };
  return {
    domain: text,
    title: text,
    programs: [text],
    policies: [
      { title: 'Debian 13', notes: [text] },
      { title: text, notes: [] },
    ],
    entrances: [
      { domain: text, how: 'by itself', by: [text], on },
      { domain: `${text}2`, how: 'on request', by: [text], on },
    ],
    access: [
      { area: 'capabilities', targets: ['self'], access: 'capability { net_raw }', on },
      { area: 'network', targets: [text], access: 'tcp_socket { name_connect }', when: text, on },
      { area: 'reads', targets: [text], access: '', on },
      { area: 'writes', targets: [text], access: `file { ${text} }`, through: text, on },
    ],
    conditions: [{ when: text, inForce: [] }],
    becomes: [{ domain: text, how: 'in place', by: [text], on }],
    reach: [{ on: text, domains: 1, out: [1, 2, 3], into: 4, minimumWeight: 3 }],
    stopped: [
      { kind: 'send-udp', why: text, on: [{ ...standing, standing: 'held' }] },
      { kind: 'listen', why: text, on: [{ ...standing, standing: 'open' }] },
    ],
    residuals: [{ what: text, why: text }],
    commands: [{ about: text, command: text }],
  };
}
