/** Flags as data, and the types of their values. */

interface FlagBase {
  /** One line for `--help`. */
  readonly help: string;
}
/** A flag; its key in `flags` is its long name in kebab case. */
export type Flag =
  | (FlagBase & { readonly type: "boolean" })
  | (FlagBase & {
      readonly type: "number";
      readonly value: string;
      readonly default?: number;
      readonly minimum?: number;
    })
  | (FlagBase & {
      readonly type: "string";
      readonly value: string;
      readonly default?: string;
      readonly choices?: readonly string[];
    })
  /** Given several times, or once with commas. */
  | (FlagBase & { readonly type: "list"; readonly value: string });

export type Flags = Readonly<Record<string, Flag>>;

type FlagValue<F extends Flag> = F extends { type: "boolean" }
  ? boolean
  : F extends { type: "list" }
    ? readonly string[]
    : F extends { type: "number" }
      ? F extends { default: number }
        ? number
        : number | undefined
      : F extends { choices: readonly (infer C)[] }
        ? F extends { default: string }
          ? C
          : C | undefined
        : F extends { default: string }
          ? string
          : string | undefined;

export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: FlagValue<F[Name]> };
