// The page demands trusted types: no text becomes markup or code by accident. What asks for it here is known: style elements of Mantine (text without
// a tag), the rich editor, which parses into documents that run nothing, frames that show a post, and the service worker.

interface Policy {
  createHTML(text: string, type?: string, sink?: string): string;
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, policy: Policy): unknown };
  }
}

/** The nonce that style elements need. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="dimmer-nonce"]')?.content ?? "";

/** How a document for a sealed frame begins: whatever stands behind it runs nothing, sends nothing, loads pictures and media only. */
export const seal =
  `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${location.origin} data: blob: https:; ` +
  `media-src ${location.origin} https:; style-src 'nonce-${nonce}'">`;

window.trustedTypes?.createPolicy("default", {
  createHTML(text, _type, sink) {
    if (sink?.includes("srcdoc") && text.startsWith(seal)) return text;
    if (!text.includes("<") || sink?.startsWith("DOMParser")) return text;
    throw new TypeError(`markup for ${sink ?? "the page"} refused`);
  },
  createScriptURL(url) {
    if (url === "/admin/sw.js") return url;
    throw new TypeError("script refused");
  },
});

// What keeps the page from scrolling under a dialog makes a style element too; it looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
