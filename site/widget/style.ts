import css from "./style.css";

// Name, by day, by lamplight: the values of admin-ui/tokens.css. A page sets its own as --dimmer-NAME.
const colours =
  "bg F5F7F4 101615,surface FFFFFF 171F1D,sunken EBEFEA 0B100F,line DAE0DA 2A3533,line-strong 76847E 70807A,ink 1A2523 ECE9E1,ink-2 414E4A BEC5BE,ink-3 586560 98A49D,pine 174F48 8FD0C3,pine-fill 1E5B53 8FD0C3,on-pine FFFFFF 0B2320,pine-soft DFECE8 1A302C,lamp EBA22B F3B64C,lamp-line B97509 C98E2C,lamp-ink 7D4B00 F4C470,danger 9F2D1C F7A899,danger-soft FCE9E4 381C16,focus 1B62C4 8FBCFF";

/** Dresses a shadow root. A constructed sheet is no inline style: a page's policy does not stop it. */
export function dress(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{${colours.replace(/(\S+) (\S+) (\w+),?/g, "--$1:var(--dimmer-$1,light-dark(#$2,#$3));")}}${css}`);
  root.adoptedStyleSheets = [sheet];
}
