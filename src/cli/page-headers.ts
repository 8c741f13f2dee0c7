// The headers of every page that this package serves: nothing from elsewhere, nothing evaluated, memory that threads may share.

/** 'wasm-unsafe-eval' lets WebAssembly be compiled, and nothing else be evaluated. */
export const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Memory may be shared only where no other site's page can look in; these two say that none can. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export const pageHeaders: Readonly<Record<string, string>> = {
  ...isolation,
  "Content-Security-Policy": policy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
