/** The layers of a run: each that its functions use is bundled, looked for and published once. */

import { projectRoot } from "./bundle/root.ts";
import type { DeployRun } from "../run.ts";
import { ensureLayers, planLayer, type LayerPlan } from "./layers.ts";
import type { FunctionDeclaration } from "./model.ts";

export interface LayerBook {
  /** Looks for those that a function uses. To be called before the others. */
  plan(declaration: FunctionDeclaration): Promise<readonly LayerPlan[]>;
  /** The ARN of a layer of the deploy file, or what stands for it until it is published; undefined: it isn't one. */
  arnOf(key: string): string | undefined;
  /** Whether one of a function's layers is still to be published. */
  pending(declaration: FunctionDeclaration): boolean;
  /** Publishes what is pending of a function's layers. Writes: the caller holds the lease. */
  publish(declaration: FunctionDeclaration): Promise<void>;
}

export function openLayerBook(run: DeployRun): LayerBook {
  const { layers, folder } = run.target;
  const planned = new Map<string, Promise<LayerPlan>>();
  const plans = new Map<string, LayerPlan>();
  const published = new Map<string, Promise<string>>();
  const arns = new Map<string, string>();

  const used = (declaration: FunctionDeclaration) =>
    layers.filter(({ key }) => declaration.layers.some(({ input }) => input === key));
  const planOne = async (key: string): Promise<LayerPlan> => {
    const layer = layers.find((one) => one.key === key);
    if (!layer) throw new Error(`there is no layer ${key}`);
    const plan = await planLayer(run, layer, projectRoot(folder));
    plans.set(key, plan);
    if (plan.arn !== undefined) arns.set(key, plan.arn);
    return plan;
  };
  const publishOne = async (plan: LayerPlan): Promise<string> => {
    const { key } = plan.declaration;
    const arn = (await ensureLayers(run, [plan])).get(key) ?? "";
    arns.set(key, arn);
    return arn;
  };
  const open = (declaration: FunctionDeclaration): readonly LayerPlan[] =>
    used(declaration).flatMap(({ key }) => (arns.has(key) ? [] : (plans.get(key) ?? [])));

  return {
    plan: (declaration) =>
      Promise.all(
        used(declaration).map(({ key }) => {
          const plan = planned.get(key) ?? planOne(key);
          planned.set(key, plan);
          return plan;
        }),
      ),
    arnOf: (key) => {
      const plan = plans.get(key);
      return arns.get(key) ?? (plan && `a new version of ${plan.declaration.name}`);
    },
    pending: (declaration) => open(declaration).length > 0,
    publish: async (declaration) => {
      for (const plan of open(declaration)) {
        const { key } = plan.declaration;
        const publishing = published.get(key) ?? publishOne(plan);
        published.set(key, publishing);
        await publishing;
      }
    },
  };
}
