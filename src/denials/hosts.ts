/** A machine whose records were read. */
export interface HostSeen {
  /** Empty for records that name none. */
  readonly host: string;
  /** Of its records, whatever they say: seconds since 1970, 0 where no record has a time. */
  readonly first: number;
  readonly last: number;
}

/** The machines of a log: a request's share of the fleet is of these. */
export class Hosts {
  private readonly seen = new Map<string, { first: number; last: number }>();
  /** Records of machines that were not kept, since more than MOST_HOSTS came. */
  overflow = 0;

  add(host: string, first: number, last: number = first): void {
    const found = this.seen.get(host);
    if (found === undefined) {
      if (this.seen.size < MOST_HOSTS) this.seen.set(host, { first, last });
      else this.overflow++;
      return;
    }
    if (first > 0 && (found.first === 0 || first < found.first)) found.first = first;
    if (last > found.last) found.last = last;
  }

  /** By name. */
  all(): HostSeen[] {
    return [...this.seen]
      .map(([host, times]) => ({ host, ...times }))
      .sort((a, b) => (a.host < b.host ? -1 : 1));
  }
}

/** Only a forged log names more. */
const MOST_HOSTS = 200_000;
