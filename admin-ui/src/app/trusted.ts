// The page demands trusted types: no text becomes markup or code by accident. What asks for it here is known: style elements of Mantine (text without
// a tag), the rich editor, which parses into documents that run nothing, previews in frames, which are sandboxed without scripts, and the service worker.

interface Policy {
  createHTML(text: string, type?: string, sink?: string): string;
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, policy: Policy): unknown };
  }
}

window.trustedTypes?.createPolicy("default", {
  createHTML(text, _type, sink) {
    if (!text.includes("<") || sink?.startsWith("DOMParser") || sink === "HTMLIFrameElement srcdoc") return text;
    throw new TypeError(`markup for ${sink ?? "the page"} refused`);
  },
  createScriptURL(url) {
    if (url === "/admin/sw.js") return url;
    throw new TypeError("script refused");
  },
});

/** The nonce that style elements need. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="dimmer-nonce"]')?.content ?? "";

// What keeps the page from scrolling under a dialog makes a style element too; it looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
