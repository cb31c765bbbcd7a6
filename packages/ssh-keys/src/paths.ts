/** Where all that is Bulkhead's stands on a host. */

/** Folder of the landing zone file, its lock file, and the variables of the service. */
export const CONFIGURATION = "/etc/bulkhead";
export const LANDING_ZONE_FILE = `${CONFIGURATION}/bulkhead.yaml`;
/** Variables of the service, such as the one that holds the bind password; only root may read it. */
export const ENVIRONMENT_FILE = `${CONFIGURATION}/environment`;

/** Folder of all that sshd reads of ours. */
export const SSH_FOLDER = "/etc/ssh/bulkhead";
/** Folder of the key files: one a person, named as their login is. */
export const KEYS_FOLDER = `${SSH_FOLDER}/keys`;
/** Public keys that nobody may log in with, one a line (sshd_config(5), RevokedKeys). Without it sshd refuses everyone. */
export const REVOKED_FILE = `${SSH_FOLDER}/revoked_keys`;

export const SSHD_CONFIG = "/etc/ssh/sshd_config";
export const SSHD_DROP_IN = "/etc/ssh/sshd_config.d/10-bulkhead.conf";
export const SUDOERS_FILE = "/etc/sudoers.d/bulkhead";
export const UNIT_NAME = "bulkhead-ssh.service";
export const UNIT_FILE = `/etc/systemd/system/${UNIT_NAME}`;

/** Folder of what is remembered from one run to the next; only root may enter it. */
export const STATE_FOLDER = "/var/lib/bulkhead/ssh";
/** Which users and groups are ours, and which numbers were ever given. */
export const STATE_FILE = `${STATE_FOLDER}/state.json`;
/** When the directory was last known completely: outlives a restart. */
export const LAST_READ_FILE = `${STATE_FOLDER}/last-read`;

/** Folder of what is gone after a boot. */
export const RUN_FOLDER = "/run/bulkhead/ssh";
/** Held for the length of one sync. */
export const SYNC_LOCK = `${RUN_FOLDER}/sync.lock`;
/** Held as long as the daemon runs. */
export const WATCH_LOCK = `${RUN_FOLDER}/watch.lock`;

/** The primary group of everybody whom Bulkhead made a user, and of nobody else. */
export const PEOPLE_GROUP = "bulkhead-people";
/** The comment (GECOS) of our users: tells an administrator where they come from. */
export const USER_COMMENT = "from the directory by Bulkhead";
