/** How many calls a run made to each API, and how often the SDK had to repeat one. */

export interface ApiCount {
  /** Requests that left the process, repeats included. */
  readonly attempts: number;
  /** Calls that the program made. */
  readonly calls: number;
}

export interface CallCount {
  /** By `Service:Operation`, sorted. */
  byApi(): ReadonlyMap<string, ApiCount>;
  /** All attempts together. */
  total(): number;
}

export interface CallCounter extends CallCount {
  call(api: string): void;
  attempt(api: string): void;
}

export function createCallCounter(): CallCounter {
  const counts = new Map<string, { attempts: number; calls: number }>();
  const of = (api: string): { attempts: number; calls: number } => {
    const count = counts.get(api) ?? { attempts: 0, calls: 0 };
    counts.set(api, count);
    return count;
  };
  return {
    call: (api) => void of(api).calls++,
    attempt: (api) => void of(api).attempts++,
    byApi: () => new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    total: () => [...counts.values()].reduce((sum, { attempts }) => sum + attempts, 0),
  };
}
