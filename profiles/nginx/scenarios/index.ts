import type { Attack, Scenario, Suite } from '../../../src/description/index.ts';
import { network } from '../../rustnet/scenarios/network.ts';
import { listenerAttacks, localRange, serviceAttacks } from '../../service-attacks.ts';

const configuration = `server {
  listen 443 ssl;
  ssl_certificate /etc/nginx/tls/lab.crt;
  ssl_certificate_key /etc/nginx/tls/lab.key;
  root /var/www/html;
}
`;

/** The key is root's alone: the server reads it before it becomes www-data. */
const KEYS = `[ -e /etc/nginx/tls/lab.key ] && exit 0
mkdir -p /etc/nginx/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \\
  -keyout /etc/nginx/tls/lab.key -out /etc/nginx/tls/lab.crt 2>/dev/null
chmod 600 /etc/nginx/tls/lab.key
head -c 300000 /dev/urandom > /var/www/html/large.bin
restorecon -RF /etc/nginx /var/www`;

/** A client on another host: what it asks for comes over the wire. */
const ELSEWHERE = 'ip netns exec confine-lab curl -s -m 20';
/** Debian’s own page, by its name: not every site of a scenario has it as its index. */
const PAGE = 'index.nginx-debian.html';
const STOP = 'systemctl stop nginx; systemctl reset-failed nginx 2>/dev/null || true';

/** One more server, of which a scenario is about. */
function site(directives: string): Pick<Scenario, 'before' | 'after'> {
  return {
    before: `cat > /etc/nginx/conf.d/site.conf <<'SITE'\n${directives}\nSITE`,
    after: `rm -f /etc/nginx/conf.d/site.conf; ${STOP}`,
  };
}

const working: readonly Scenario[] = [
  {
    id: 'serve',
    title: 'Serve a page and a large file to another host',
    exercises: [
      'runAsDaemon',
      'lookUpUsers',
      'listenOn',
      'readConfiguration',
      'readSystemFiles',
      'readContent',
      'keepState',
      'writeLogs',
      'keepPidFile',
    ],
    modes: ['permissive', 'enforcing'],
    before: KEYS,
    steps: [
      { do: 'run', as: 'root', command: 'systemctl start nginx; systemctl is-active nginx' },
      {
        do: 'run',
        as: 'root',
        command: 'ps -o label=,user=,args= -C nginx',
        sees: [':nginx_t:\\S* +root +nginx: master', ':nginx_t:\\S* +www-data +nginx: worker'],
      },
      {
        do: 'run',
        as: 'root',
        command: `${ELSEWHERE} http://${network.address}/
${ELSEWHERE} -o /dev/null -w '%{http_code}\\n' http://${network.address}/nothing
${ELSEWHERE} http://${network.address}/large.bin | cmp - /var/www/html/large.bin && echo the same`,
        sees: ['Welcome to nginx', '^404$', '^the same$'],
      },
      {
        do: 'run',
        as: 'root',
        command: 'ls -Zd /var/lib/nginx/body',
        sees: [':nginx_state_t:'],
      },
      { do: 'file', pattern: '/var/log/nginx/access.log', type: 'own:log' },
      { do: 'file', pattern: '/run/nginx.pid', type: 'own:runtime' },
    ],
    after: STOP,
  },
  {
    id: 'tls',
    title: 'The same over TLS, and a new port after a reload',
    exercises: ['readCertificates', 'readConfiguration', 'listenOn'],
    modes: ['permissive', 'enforcing'],
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `systemctl start nginx
${ELSEWHERE} -k https://${network.address}/${PAGE} -o /dev/null -w '%{http_code} over TLS\\n'
echo 'server { listen 8008; root /var/www/html; }' > /etc/nginx/conf.d/site.conf
systemctl reload nginx
for try in $(seq 50); do ${ELSEWHERE} -f -o /dev/null http://${network.address}:8008/${PAGE} && break; sleep 0.2; done
${ELSEWHERE} -o /dev/null -w '%{http_code} on port 8008\\n' http://${network.address}:8008/${PAGE}`,
        sees: ['^200 over TLS$', '^200 on port 8008$'],
      },
    ],
    after: `rm -f /etc/nginx/conf.d/site.conf; ${STOP}`,
  },
  {
    id: 'control',
    title:
      'Its control tool from a shell: try the configuration, reload, open the logs again, quit',
    exercises: ['keepPidFile', 'readConfiguration', 'writeLogs'],
    modes: ['permissive', 'enforcing'],
    steps: [
      // Where no server runs, trying makes the PID file.
      {
        do: 'run',
        as: 'root',
        command: 'rm -f /run/nginx.pid; nginx -t 2>&1; ls -Z /run/nginx.pid',
        sees: ['test is successful', ':nginx_runtime_t:'],
      },
      {
        do: 'run',
        as: 'root',
        command: `systemctl start nginx
nginx -s reload && echo reloaded
mv /var/log/nginx/access.log /var/log/nginx/access.log.1
nginx -s reopen && echo opened again
for try in $(seq 50); do [ -e /var/log/nginx/access.log ] && break; sleep 0.2; done
sleep 1; ${ELSEWHERE} -o /dev/null http://${network.address}/
for try in $(seq 50); do [ -s /var/log/nginx/access.log ] && break; sleep 0.2; done
nginx -s quit && echo told to quit
for try in $(seq 50); do [ "$(systemctl is-active nginx)" = inactive ] && break; sleep 0.2; done
systemctl is-active nginx || true`,
        sees: ['^reloaded$', '^opened again$', '^told to quit$', '^inactive$'],
      },
      { do: 'file', pattern: '/var/log/nginx/access.log', type: 'own:log' },
    ],
    after: STOP,
  },
];

const refused: readonly Scenario[] = [
  {
    id: 'other-port',
    title: 'A configuration with a port that is not of the web: the server does not start',
    exercises: ['listenOn'],
    modes: ['enforcing'],
    ...site('server { listen 1884; }'),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: 'systemctl start nginx; journalctl -u nginx -n 8 --no-pager -o cat',
        exit: 'any',
        sees: ['bind\\(\\) to 0.0.0.0:1884 failed \\(13: Permission denied\\)'],
      },
    ],
    denials: [{ tclass: 'tcp_socket', permissions: ['name_bind'], target: 'unreserved_port_t' }],
  },
  {
    id: 'proxy',
    title: 'A configuration that passes requests on: no connection is opened',
    exercises: ['readConfiguration'],
    modes: ['enforcing'],
    ...site('server { listen 8008; location / { proxy_pass http://193.0.6.139:80; } }'),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `systemctl start nginx
${ELSEWHERE} -o /dev/null -w '%{http_code}\\n' http://${network.address}:8008/; tail -n 2 /var/log/nginx/error.log`,
        sees: ['^502$', 'connect\\(\\) to 193.0.6.139:80 failed \\(13: Permission denied\\)'],
      },
    ],
    denials: [{ tclass: 'tcp_socket', permissions: ['connect'], target: 'self' }],
  },
  {
    id: 'home',
    title: 'A configuration that publishes a home directory: nothing of it is served',
    exercises: ['readContent'],
    modes: ['enforcing'],
    ...site('server { listen 8008; location / { root /home/confine-lab; } }'),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `chmod 755 /home/confine-lab; echo private > /home/confine-lab/page.html; restorecon -F /home/confine-lab/page.html
systemctl start nginx
${ELSEWHERE} -w '%{http_code}\\n' http://${network.address}:8008/page.html`,
        sees: ['^403$'],
        seesNot: ['private'],
      },
    ],
    denials: [
      {
        tclass: 'dir',
        permissions: ['getattr', 'search'],
        target: 'home_root_t|user_home_dir_t|user_home_t',
      },
    ],
  },
  {
    id: 'put',
    title: 'A configuration that lets clients upload into what is published: nothing arrives there',
    exercises: ['keepState', 'readContent'],
    modes: ['enforcing'],
    ...site('server { listen 8008; location / { root /var/www/html/uploads; dav_methods PUT; } }'),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `mkdir -p /var/www/html/uploads; chown www-data /var/www/html/uploads; restorecon -F /var/www/html/uploads
systemctl start nginx
${ELSEWHERE} -o /dev/null -w '%{http_code}\\n' -T /var/www/html/large.bin http://${network.address}:8008/new.bin
ls -A /var/www/html/uploads | wc -l`,
        sees: ['^500$', '^0$'],
      },
    ],
    denials: [{ tclass: 'dir', permissions: ['write', 'add_name'], target: 'httpd_sys_content_t' }],
  },
];

const attacks: readonly Attack[] = [
  ...listenerAttacks,
  {
    id: 'exec-uploaded',
    title: 'Execute a program that a client has sent',
    against: 'execute',
    as: 'user',
    target:
      'cp /bin/true /var/lib/nginx/tool && chmod 755 /var/lib/nginx/tool && restorecon -F /var/lib/nginx/tool',
    probe: 'exec /var/lib/nginx/tool',
    after: 'rm /var/lib/nginx/tool',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'own:state' }],
  },
  {
    id: 'write-configuration',
    title: 'Change its own configuration',
    against: 'write',
    as: 'root',
    probe: 'write /etc/nginx/nginx.conf',
    refusedBy: [{ tclass: 'file', permissions: ['append', 'write', 'open'], target: 'own:conf' }],
  },
  {
    id: 'deface',
    title: 'Change a page that it serves',
    against: 'write',
    as: 'root',
    probe: 'write /var/www/html/index.nginx-debian.html',
    refusedBy: [
      { tclass: 'file', permissions: ['append', 'write', 'open'], target: 'httpd_sys_content_t' },
    ],
  },
  ...serviceAttacks,
  {
    id: 'residual-published',
    title: 'Read a file that the configuration shows to nobody',
    residual: 'published',
    as: 'root',
    target:
      'echo secret > /var/www/html/.htpasswd; chmod 600 /var/www/html/.htpasswd; restorecon -F /var/www/html/.htpasswd',
    probe: 'read /var/www/html/.htpasswd',
    after: 'rm /var/www/html/.htpasswd',
  },
  localRange,
  {
    id: 'residual-own-state',
    title: 'Write to what a client has sent',
    residual: 'own-state',
    as: 'root',
    target: 'touch /var/lib/nginx/confine-lab; restorecon -F /var/lib/nginx/confine-lab',
    probe: 'write /var/lib/nginx/confine-lab',
    after: 'rm /var/lib/nginx/confine-lab',
  },
  {
    id: 'residual-pid-file',
    title: 'Make its PID file, with whatever it likes in it',
    residual: 'pid-file',
    as: 'root',
    target: 'rm -f /run/nginx.pid',
    probe: 'create /run/nginx.pid',
    twinNeeds: { before: 'rm -f /run/nginx.pid', after: '' },
    after: 'rm /run/nginx.pid',
  },
];

/** The server as its unit starts it, with clients on another host. */
const suite: Suite = {
  program: {
    from: 'distribution',
    package: 'nginx',
    besides: ['curl'],
    path: '/usr/sbin/nginx',
  },
  network,
  service: {
    unit: 'nginx.service',
    use: 'curl -s http://127.0.0.1/ > /dev/null',
  },
  files: [
    {
      path: '/etc/nginx/conf.d/lab.conf',
      content: { text: configuration },
      owner: 'root',
      mode: '0644',
    },
  ],
  scenarios: [...working, ...refused],
  attacks,
};

export default suite;
