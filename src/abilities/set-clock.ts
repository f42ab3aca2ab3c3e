import {
  type Ability,
  allow,
  call,
  capabilityRule,
  checkOptions,
  fileRule,
  OPTION,
} from '../description/index.ts';

/** Sets and disciplines the clock of the system. `hardware`: also the clock of the machine (/dev/rtc). */
export function setClock(options: { hardware?: boolean } = {}): Ability {
  checkOptions('setClock', options, { hardware: OPTION.flag });
  return {
    name: 'setClock',
    title: 'Set the clock',
    blocks: [
      {
        why: 'adjtimex, clock_settime and settimeofday take a capability. Whoever has it moves the time of certificates, logs and timers.',
        selinux: [allow('self', 'capability', 'sys_time')],
        apparmor: [capabilityRule('sys_time')],
      },
      ...(options.hardware
        ? [
            {
              why: 'The clock of the machine, which is read at boot and set from time to time.',
              selinux: [call('dev_rw_realtime_clock')],
              apparmor: [fileRule('/dev/rtc*', 'rw')],
            },
          ]
        : []),
    ],
  };
}
