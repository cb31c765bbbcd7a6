/** Layers: each is published once for its content. A version says in its description which bundle it holds. */

import {
  LambdaClient,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type LayerVersionsListItem,
} from "@aws-sdk/client-lambda";
import { awsErrorName } from "@bulkhead/credentials";
import { bundleLayer } from "./bundle/bundle.ts";
import { checkDirect } from "./bundle/limits.ts";
import { patienceForCode, roomFor, sendCode, type CodeRun } from "./calls.ts";
import type { LayerDeclaration } from "./model.ts";
import type { CodeBundle } from "./bundle/model.ts";

/** A layer as it is wanted, and where it is. */
export interface LayerPlan {
  readonly declaration: LayerDeclaration;
  readonly bundle: CodeBundle;
  /** ARN of the version that holds this bundle; undefined: it is to be published. */
  readonly arn: string | undefined;
}

/**
 * Bundles a layer, and looks whether a version holds it: one call for each 50 versions that are younger.
 * @param root nothing from outside it is bundled
 * @throws Bundle.*
 */
export async function planLayer(run: CodeRun, declaration: LayerDeclaration, root: string): Promise<LayerPlan> {
  const bundle = await bundleLayer(declaration.code, root);
  return { declaration, bundle, arn: await findVersion(run, declaration, bundle.digest) };
}

/**
 * Publishes those that no version holds. Writes: the caller holds the lease.
 * @returns ARNs of versions, by the layers' keys
 * @throws Bundle.NeedsBucket, Artifacts.BucketMissing, Lambda.CodeStorageExceeded
 */
export async function ensureLayers(run: CodeRun, plans: readonly LayerPlan[]): Promise<ReadonlyMap<string, string>> {
  const arns = new Map<string, string>();
  for (const plan of plans) arns.set(plan.declaration.key, plan.arn ?? (await publish(run, plan)));
  return arns;
}

async function findVersion(run: CodeRun, wanted: LayerDeclaration, digest: string): Promise<string | undefined> {
  const client = run.access.client(LambdaClient, run.place);
  let marker: string | undefined;
  do {
    const command = new ListLayerVersionsCommand({ LayerName: wanted.name, Marker: marker });
    const page = await client.send(command).catch((error: unknown) => {
      if (awsErrorName(error) === "ResourceNotFoundException") return undefined;
      throw error;
    });
    const found = page?.LayerVersions?.find((version) => holds(version, wanted, digest));
    if (found) return found.LayerVersionArn;
    marker = page?.NextMarker;
  } while (marker !== undefined);
  return undefined;
}

function holds(version: LayerVersionsListItem, { code, architectures }: LayerDeclaration, digest: string): boolean {
  return (
    version.Description === digest &&
    sameSet(version.CompatibleRuntimes ?? [], code.runtimes) &&
    sameSet(version.CompatibleArchitectures ?? [], architectures)
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set([...a, ...b]).size === new Set(a).size && new Set(a).size === new Set(b).size;
}

async function publish(run: CodeRun, { declaration, bundle }: LayerPlan): Promise<string> {
  const { name, code, architectures } = declaration;
  // Whoever had the lease may have published it since it was planned.
  const known = await findVersion(run, declaration, bundle.digest);
  if (known !== undefined) return known;
  if (!run.target.artifactBucket) checkDirect(code.path, bundle.bytes, code.where);
  const content = await sendCode(run, { code: bundle });
  // Sent twice, it would publish twice; the next run finds by its description what was published.
  const client = run.access.client(LambdaClient, run.place, 1);
  const command = new PublishLayerVersionCommand({
    LayerName: name,
    Description: bundle.digest,
    Content: content,
    CompatibleRuntimes: code.runtimes as LayerVersionsListItem["CompatibleRuntimes"],
    CompatibleArchitectures: [...architectures],
  });
  const published = await roomFor(name, () => client.send(command, patienceForCode(content)));
  return published.LayerVersionArn ?? "";
}
