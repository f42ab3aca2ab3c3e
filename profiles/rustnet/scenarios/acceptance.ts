import type { AcceptancePoint } from '../../../src/description/index.ts';

/** What the request for the profile asks to be shown (domcyrus/rustnet issue 271), point by point. */
export const acceptance: readonly AcceptancePoint[] = [
  {
    asks: 'The module builds with the Makefile of the development package.',
    shownBy: [{ check: 'compile', see: '(Creating|Compiling) .*rustnet.*' }],
  },
  {
    asks: '`sestatus` says enforcing, and `semodule -l` lists the module.',
    shownBy: [{ check: 'installed', see: '\\d+ rustnet +pp|Current mode: +enforcing' }],
  },
  {
    asks: '`rustnet --help` works and logs no denial.',
    shownBy: [
      { scenario: 'help', mode: 'permissive', see: '--pcap-export.*' },
      { scenario: 'help', mode: 'enforcing', see: '--pcap-export.*' },
    ],
  },
  {
    asks: 'A capture session of 5 minutes in permissive mode logs no denial, by `ausearch -m avc -ts recent`.',
    shownBy: [
      {
        scenario: 'session',
        mode: 'permissive',
        seconds: 300,
        see: '^# ausearch.*|^<no matches>|traffic for \\d+ seconds',
      },
    ],
    note: 'rustnet_t stands on neither side of any record of those ten minutes; the same session enforcing is among the scenarios.',
  },
  {
    asks: 'The country is shown, with a database in /usr/share/GeoIP.',
    shownBy: [
      { scenario: 'geoip', mode: 'enforcing', see: '193\\.0\\.6\\.139\\S* +NL|\\S+ +NL\\b' },
    ],
  },
  {
    asks: 'Reverse DNS works through systemd-resolved.',
    shownBy: [
      {
        scenario: 'dns-resolved',
        mode: 'enforcing',
        see: 'asked of systemd-resolved: \\d+|foreign\\.example:53',
      },
      { scenario: 'dns-stub', mode: 'enforcing', see: 'foreign\\.example:53' },
    ],
    note: 'Over its local socket, with nothing sent over UDP; and from its stub on 127.0.0.53, with rustnet_direct_dns on. As started, release 1.7.0 can do only the latter.',
  },
  {
    asks: 'Reverse DNS works with an external resolver.',
    shownBy: [
      { scenario: 'dns-external', mode: 'enforcing', see: 'foreign\\.example:53' },
      { scenario: 'dns-labelled', mode: 'enforcing', see: 'elements = .*9\\.9\\.9\\.9.*' },
    ],
    note: 'With rustnet_direct_dns on; the second with packets held to the resolvers by the companion ruleset.',
  },
  {
    asks: 'A log file is written.',
    shownBy: [{ scenario: 'outputs', mode: 'enforcing', see: '^-rw.*logs/rustnet_.*' }],
  },
  {
    asks: '`rustnet --pcap-export /tmp/cap.pcap` writes the capture and its sidecar (`ls -lZ`).',
    shownBy: [
      {
        scenario: 'outputs-tmp',
        mode: 'enforcing',
        see: '^\\$ .*--pcap-export.*|^-rw.*/tmp/cap\\.pcap.*|tshark reads \\d+ packets',
      },
    ],
  },
  {
    asks: 'UDP to port 1234 is refused from inside the domain, and the denial is logged.',
    shownBy: [
      { attack: 'udp-other-port', see: 'avc: +denied.*' },
      { scenario: 'runcon', mode: 'enforcing', see: 'avc: +denied.*entrypoint.*' },
    ],
    note: '`runcon -t rustnet_t -- nc -u …` proves nothing: nc has no entry into the domain, so it is refused before it could send, by `entrypoint` and whatever the policy says of UDP. The datagram here comes from a program that runs in the domain, and arrives when the same program runs outside of it.',
  },
  {
    asks: '`semanage permissive -d rustnet_t` makes the domain enforcing.',
    shownBy: [
      { check: 'enforcing', see: '# semanage permissive.*|no module permissive_rustnet_t.*' },
      { attack: 'udp-other-port', see: 'permissive=0' },
    ],
  },
];
