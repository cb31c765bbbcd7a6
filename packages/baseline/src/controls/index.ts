/** All controls, in the order of the reference and of the matrix. */

import type { Control } from "../control.ts";
import { accountAlias } from "./account-alias/index.ts";
import { accountMark } from "./account-mark/index.ts";
import { alternateContacts } from "./alternate-contacts/index.ts";
import { amiPublicAccess } from "./ami-public-access/index.ts";
import { defaultVpc } from "./default-vpc/index.ts";
import { ebsEncryption } from "./ebs-encryption/index.ts";
import { imdsv2 } from "./imdsv2/index.ts";
import { passwordPolicy } from "./password-policy/index.ts";
import { publishedMap } from "./published-map/index.ts";
import { rolesControl } from "./roles/index.ts";
import { s3PublicAccess } from "./s3-public-access/index.ts";
import { snapshotPublicAccess } from "./snapshot-public-access/index.ts";
import { trail } from "./trail/index.ts";

export const controls: readonly Control[] = [
  rolesControl(() => controls),
  trail,
  passwordPolicy,
  accountAlias,
  alternateContacts,
  s3PublicAccess,
  ebsEncryption,
  imdsv2,
  snapshotPublicAccess,
  amiPublicAccess,
  defaultVpc,
  accountMark,
  publishedMap,
];
