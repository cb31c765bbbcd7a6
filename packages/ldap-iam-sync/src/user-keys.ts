/** What signs in as a user besides the password: four kinds of keys, each listed, switched and deleted by calls of its own. */

import {
  DeleteAccessKeyCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  ListAccessKeysCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import type { IamApi } from "./iam-api.ts";

export interface UserKey {
  /** IAM's own, from which a reader can tell the kind: `AKIA…`, `APKA…`, `ACCA…`. */
  readonly id: string;
  readonly active: boolean;
  switchTo(active: boolean): Promise<void>;
  delete(): Promise<void>;
}

/** Every key of the user: access keys, SSH public keys, service-specific credentials and signing certificates. Four calls. */
export async function listKeys(api: IamApi, user: string): Promise<UserKey[]> {
  const lists = [accessKeys, sshKeys, serviceCredentials, certificates];
  return (await Promise.all(lists.map((list) => list(api, user)))).flat();
}

const isActive = (status: string | undefined): boolean => status === "Active";
const statusOf = (active: boolean): "Active" | "Inactive" => (active ? "Active" : "Inactive");

async function accessKeys(api: IamApi, UserName: string): Promise<UserKey[]> {
  const keys = await api.readAll(
    (page) => new ListAccessKeysCommand({ UserName, ...page }),
    (answer) => answer.AccessKeyMetadata,
  );
  return keys.map(({ AccessKeyId = "", Status }) => ({
    id: AccessKeyId,
    active: isActive(Status),
    switchTo: (active) =>
      api.unlessGone(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: statusOf(active) })),
    delete: () => api.unlessGone(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
  }));
}

async function sshKeys(api: IamApi, UserName: string): Promise<UserKey[]> {
  const keys = await api.readAll(
    (page) => new ListSSHPublicKeysCommand({ UserName, ...page }),
    (answer) => answer.SSHPublicKeys,
  );
  return keys.map(({ SSHPublicKeyId, Status }) => ({
    id: SSHPublicKeyId ?? "",
    active: isActive(Status),
    switchTo: (active) =>
      api.unlessGone(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: statusOf(active) })),
    delete: () => api.unlessGone(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
  }));
}

async function serviceCredentials(api: IamApi, UserName: string): Promise<UserKey[]> {
  const keys = await api.readAll(
    (page) => new ListServiceSpecificCredentialsCommand({ UserName, ...page }),
    (answer) => answer.ServiceSpecificCredentials,
  );
  return keys.map(({ ServiceSpecificCredentialId, Status }) => ({
    id: ServiceSpecificCredentialId ?? "",
    active: isActive(Status),
    switchTo: (active) =>
      api.unlessGone(
        new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status: statusOf(active) }),
      ),
    delete: () => api.unlessGone(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })),
  }));
}

async function certificates(api: IamApi, UserName: string): Promise<UserKey[]> {
  const keys = await api.readAll(
    (page) => new ListSigningCertificatesCommand({ UserName, ...page }),
    (answer) => answer.Certificates,
  );
  return keys.map(({ CertificateId, Status }) => ({
    id: CertificateId ?? "",
    active: isActive(Status),
    switchTo: (active) =>
      api.unlessGone(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status: statusOf(active) })),
    delete: () => api.unlessGone(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
  }));
}
