/** The daemon's status as Prometheus reads it: https://prometheus.io/docs/instrumenting/exposition_formats/ */

import type { Status } from "../status.ts";

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Times are in seconds since 1970, and 0 before the first: so the alarm on an old read also sounds where there was none. */
export function metricsText(status: Status): string {
  return metricsOf(status).map(render).join("");
}

function metricsOf(status: Status): readonly Metric[] {
  const { startedAt, lastGoodRead, lastSync, mode, errors, problem } = status;
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    type: "gauge",
    help,
    samples: [[{}, value]],
  });
  return [
    gauge("healthy", "1 where nobody needs to look.", Number(problem === null && lastGoodRead !== null)),
    gauge("start_timestamp_seconds", "When the daemon was started.", seconds(startedAt)),
    gauge(
      "last_good_read_timestamp_seconds",
      "When everything in the directory was last known to be as it is here.",
      seconds(lastGoodRead),
    ),
    gauge("last_sync_timestamp_seconds", "When this host was last brought in step.", seconds(lastSync?.at ?? null)),
    gauge("last_sync_duration_seconds", "How long that took.", lastSync?.seconds ?? 0),
    gauge("last_sync_changes", "What that changed.", lastSync?.changed ?? 0),
    { name: "mode", type: "gauge", help: "How changes are noticed at present.", samples: [[{ mode }, 1]] },
    gauge("people", "People who may sign in here.", status.people),
    gauge("keys", "Their keys.", status.keys),
    gauge("leavers", "People who are shut out and not yet removed.", status.leavers),
    gauge("held_changes", "Changes that are held back.", status.held),
    gauge(
      "closed",
      "1 where everybody is shut out, since the directory was silent for too long.",
      Number(status.closed),
    ),
    {
      name: "errors_total",
      type: "counter",
      help: "Errors since the start, by code.",
      samples: Object.entries(errors).map(([code, count]) => [{ code }, count] as const),
    },
  ];
}

const seconds = (time: Date | null): number => (time === null ? 0 : time.getTime() / 1000);

function render({ name, type, help, samples }: Metric): string {
  const full = `bulkhead_ssh_${name}`;
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${full}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

const escapeLabel = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
