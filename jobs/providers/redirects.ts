// Where may a redirect lead? Nowhere: the key would go along, for fetch takes only the header `authorization` away.

/** For `fetch`: the answer that points elsewhere comes back as it is. */
export const notElsewhere = { redirect: 'manual' } as const;

/**
 * Of calls with a streamed body. Otherwise fetch keeps all of it, to send it again after a redirect: unless redirects are
 * errors and there is no window (undici's httpNetworkOrCacheFetch).
 */
export const sentOnce = { redirect: 'error', window: null } as const;
