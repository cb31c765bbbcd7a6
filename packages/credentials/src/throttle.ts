/**
 * One throttle for the whole run: how fast AWS may be called is learned from its own answers.
 *
 * AWS holds most APIs with token buckets whose sizes it doesn't publish. So each bucket here starts by raising what
 * may be in flight, and at the first refusal turns to a pace. A refusal lowers the pace to a share of the rate that
 * went through (multiplicative decrease); answers raise it again along CUBIC's curve (RFC 9438): quickly at first,
 * flat around the rate at which AWS refused, then ever more quickly, so that a limit is touched seldom and a wrong
 * guess is soon left behind. The curve goes by answers, not by seconds: it fits two calls a second as well as 200.
 */

export interface Throttle {
  /** Waits until a call of this bucket may leave; to be told what became of it. */
  enter(bucket: string): Promise<Passage>;
}

/** One call that was let through. Exactly one of its ends is to be called. */
export interface Passage {
  /** AWS answered, or it failed for another reason than its rate. */
  leave(): void;
  /** AWS refused it for its rate. */
  refuse(): void;
}

/** Calls in flight of a new bucket, and what every answer adds: each round trip makes it half as large again. */
const firstWindow = 2;
const growth = 0.5;
/** Share of the measured rate at which to go on after the first refusal: AWS's saved tokens flatter it. */
const firstDecrease = 0.5;
/** From there each answer raises the pace by this factor, until AWS refuses again. */
const search = 1.1;
/** Share of the measured rate at which to go on after later refusals. */
const decrease = 0.85;
/** Answers until the pace is back where AWS refused it. */
const plateau = 60;
/** Answers by which a rate can be measured. */
const fewAnswers = 4;
/** Calls a second: never slower than this, whatever AWS says. */
const lowestRate = 0.5;
/** Seconds over which the rate that goes through is measured. */
const memory = 5;

/** @param now milliseconds of a clock that never goes back */
export function createThrottle(now: () => number = () => performance.now()): Throttle {
  const buckets = new Map<string, Bucket>();
  return {
    enter: (name) => {
      const bucket = buckets.get(name) ?? createBucket(now);
      buckets.set(name, bucket);
      return bucket.enter();
    },
  };
}

interface Bucket {
  enter(): Promise<Passage>;
}

function createBucket(now: () => number): Bucket {
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let window = firstWindow;
  let pace: Pace | undefined;
  let answers: number[] = [];
  let measuredFrom = now();
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const forget = (from: number): void => {
    answers = answers.filter((time) => time >= from);
  };
  /** Calls a second that went through of late. */
  const measured = (): number => {
    const from = Math.max(measuredFrom, now() - memory * 1000);
    forget(from);
    // Limits are per second: what went through in less time may have been saved tokens.
    return (answers.length + 1) / Math.max(pace ? 0.25 : 1, (now() - from) / 1000);
  };
  const release = (): void => {
    while (waiting.length > 0 && (pace ? now() >= nextAt : inFlight < window)) {
      if (pace) nextAt = Math.max(nextAt, now() - 1000 / rateOf(pace)) + 1000 / rateOf(pace);
      waiting.shift()?.();
    }
    if (waiting.length === 0 || !pace || timer) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        release();
      },
      Math.max(1, nextAt - now()),
    );
  };
  const slowDown = (sentAt: number): void => {
    // Calls that left before the pace was chosen tell nothing about it.
    if (pace && sentAt <= pace.since) return;
    // Refusals with hardly an answer between them say that the pace is too high, but not what AWS would take.
    const measurable = !pace || pace.answers >= fewAnswers;
    const estimate = pace && !measurable ? pace.ceiling * decrease : measured();
    // So high that the search begins at the lowest pace, and not below it.
    const ceiling = Math.max(lowestRate / firstDecrease, estimate);
    if (!pace) {
      answers = [];
      measuredFrom = now();
    }
    pace = { ceiling, searching: !pace || !measurable, answers: 0, since: now() };
    nextAt = now() + 1000 / rateOf(pace);
  };

  return {
    enter: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(() => {
          inFlight++;
          resolve();
        });
        release();
      });
      const sentAt = now();
      const end = (): void => {
        inFlight--;
        release();
      };
      return {
        leave: () => {
          window += growth;
          answers.push(now());
          if (answers.length % 1000 === 0) forget(now() - memory * 1000);
          if (pace) pace = { ...pace, answers: pace.answers + 1 };
          end();
        },
        refuse: () => {
          slowDown(sentAt);
          end();
        },
      };
    },
  };
}

/** Where a bucket stands on its curve since the last refusal. */
interface Pace {
  /** Calls a second at which AWS refused. */
  readonly ceiling: number;
  /** After the first refusal, when the limit is only guessed at. */
  readonly searching: boolean;
  readonly answers: number;
  /** When the refusal came. */
  readonly since: number;
}

/** Calls a second: a search, and then CUBIC's curve, whose flat part lies at the ceiling. */
function rateOf({ ceiling, searching, answers }: Pace): number {
  const share = searching ? firstDecrease * search ** answers : 1 - (1 - decrease) * (1 - answers / plateau) ** 3;
  return Math.max(lowestRate, ceiling * share);
}
