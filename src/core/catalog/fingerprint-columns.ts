/** As `StoredFingerprint` names them. */
export const FINGERPRINT_COLUMNS = "key, lower(hex(id)) AS id, fingerprint";
