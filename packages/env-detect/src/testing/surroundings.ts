/** Made-up surroundings: variables and files as a test wants them. */

import type { Surroundings } from "../findings.ts";

/** No variable and no file but these. */
export function surroundings(env: NodeJS.ProcessEnv = {}, files: Readonly<Record<string, string>> = {}): Surroundings {
  return { env: { HOME: "/home/someone", ...env }, cwd: "/srv/project", readFile: (path) => files[path] };
}

/** The files of an EC2 instance (Nitro), or of what runs on one. */
export const ec2Files = {
  "/sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
  "/sys/class/dmi/id/board_asset_tag": "i-0123456789abcdef0\n",
};

/** Keys of the form that carries no account. */
export const keys = (accessKeyId: string): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: "very-secret",
});

export const lockFile = JSON.stringify({
  version: 1,
  accounts: {
    "player-dev": { id: "111111111111", team: "player", environment: "dev" },
    "player-prod": { id: "222222222222", team: "player", environment: "prod", protected: true },
    tools: { id: "333333333333" },
  },
});
