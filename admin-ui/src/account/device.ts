// What a User-Agent says, in the words of people. Browsers claim to be each other: the order of the rows decides.

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, "Edge"], [/\bOPR\/|\bOpera\b/, "Opera"], [/\bSamsungBrowser\//, "Samsung Internet"], [/\bVivaldi\//, "Vivaldi"], [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bHeadlessChrome\/|\bChromium\//, "Chromium"], [/\bChrome\/|\bCriOS\//, "Chrome"], [/\bSafari\//, "Safari"],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bAndroid\b/, "Android"], [/\bCrOS\b/, "ChromeOS"], [/\bWindows\b/, "Windows"], [/\bMacintosh\b|\bMac OS X\b/, "Mac"], [/\bLinux\b|\bX11\b/, "Linux"],
];

export interface Device {
  browser: string;
  system: string;
  /** One that is held in the hand. */
  mobile: boolean;
  /** It does not say that it is a browser. */
  program: boolean;
}

export function deviceOf(userAgent: string): Device {
  const first = (rows: typeof browsers) => rows.find(([sign]) => sign.test(userAgent))?.[1] ?? "";
  return { browser: first(browsers), system: first(systems), mobile: /\b(iPhone|iPad|Android|Mobile)\b/.test(userAgent), program: !userAgent.startsWith("Mozilla/") };
}
