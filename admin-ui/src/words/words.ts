// In which language the admin area speaks. Each room keeps its own texts, in a file words.ts beside its screens: an English catalogue, which says what
// there is to say, and the others, which have to say all of it.
import { useSyncExternalStore } from "react";

export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

export type Catalogue<T> = Record<Language, T>;

/** Binds the texts of a room together: whatever English has, the others must have. */
export function catalogue<T>(en: T, de: NoInfer<T>): Catalogue<T> {
  return { en, de };
}

const stored = "dimmer-language";
const listeners = new Set<() => void>();
let current = wanted();

function wanted(): Language {
  const wishes = [localStorage.getItem(stored), ...navigator.languages];
  for (const wish of wishes) {
    const code = wish?.split("-")[0];
    if (code && code in languages) return code as Language;
  }
  return "en";
}

document.documentElement.lang = current;

export const currentLanguage = () => current;

/** Speaks a language from now on; null: the one that the browser wishes for. */
export function setLanguage(language: Language | null): void {
  if (language) localStorage.setItem(stored, language);
  else localStorage.removeItem(stored);
  current = wanted();
  document.documentElement.lang = current;
  for (const listener of listeners) listener();
}

function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLanguage = (): Language => useSyncExternalStore(onLanguage, currentLanguage);

/** The texts of a room in the language of whoever reads them. */
export function useWords<T>(texts: Catalogue<T>): T {
  return texts[useLanguage()];
}

/** The texts where no component is at hand. */
export function wordsOf<T>(texts: Catalogue<T>): T {
  return texts[current];
}

/** 1,234 or 1.234. */
export const number = (n: number): string => n.toLocaleString(current);
