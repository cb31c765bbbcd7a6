/** What a bundle is made of, and what it is. */

import type { Report, Where } from "@bulkhead/core";

/** What a function's code is made of. Paths are as the process finds them: joined with the deploy file's folder. */
export type CodeDeclaration = (
  | {
      /** One JavaScript or TypeScript file, bundled with all that it imports. */
      readonly kind: "entry";
      /** Whether a source map lies beside it (switched on with NODE_OPTIONS=--enable-source-maps). */
      readonly sourceMap: boolean;
      /** Packages that aren't bundled, since the runtime or a layer brings them, such as `@aws-sdk/*`. */
      readonly external: readonly string[];
    }
  /** A folder, as it is but for what is ignored. */
  | { readonly kind: "folder" }
  /** A ready zip, as it is. */
  | { readonly kind: "zip" }
) & { readonly path: string; readonly where: Where | undefined };

/** What a layer is made of: a folder that is laid out as AWS wants it, `python/…` or `nodejs/node_modules/…`. */
export interface LayerCode {
  readonly path: string;
  /** AWS's names, such as `python3.13`. */
  readonly runtimes: readonly string[];
  readonly where: Where | undefined;
}

export interface SizedFile {
  /** With `/` between folders, from the top of the zip. */
  readonly path: string;
  readonly bytes: number;
}

export interface CodeBundle {
  readonly zip: Uint8Array;
  /** `sha256:` and the SHA-256 of the zip in hex. */
  readonly digest: string;
  /** The same SHA-256 in base64, as Lambda says it. */
  readonly codeSha256: string;
  /** Of the zip. */
  readonly bytes: number;
  /** Of the files in it. */
  readonly unzippedBytes: number;
  /** Sorted by path. */
  readonly files: readonly SizedFile[];
}

export interface BundleOptions {
  /** Nothing from outside this folder is taken: `projectRoot` gives it. */
  readonly root: string;
  readonly report: Report;
  /** AWS's name, such as `nodejs22.x`. */
  readonly runtime: string;
  /** `orders.handler`: a bundled entry gets the file name that this asks for. */
  readonly handler: string;
}
