import { catalogue } from "../words/words";

export const paletteWords = catalogue(
  {
    find: "Find", title: "Find a room, an action, a post or a comment", placeholder: "Where to, or what to do?", rooms: "Rooms", actions: "Actions", posts: "Posts", comments: "Comments",
    write: "Write a post", hold: "Quiet for 24 hours: hold everything", close: "Quiet for 24 hours: close all", end: "End the quiet now", light: "Light", dark: "Dark", system: "Light or dark, as the device has it",
    speak: (name: string) => `Speak ${name}`, nothing: (words: string) => `Nothing with “${words}”. Try one word.`, looking: "Looking", results: (n: number): string => (n === 1 ? "1 result" : `${n} results`), untitled: "Untitled",
  },
  {
    find: "Finden", title: "Einen Raum, eine Aktion, einen Beitrag oder Kommentar finden", placeholder: "Wohin, oder was tun?", rooms: "Räume", actions: "Aktionen", posts: "Beiträge", comments: "Kommentare",
    write: "Beitrag schreiben", hold: "24 Stunden Ruhe: alles anhalten", close: "24 Stunden Ruhe: alles schließen", end: "Ruhe jetzt beenden", light: "Hell", dark: "Dunkel", system: "Hell oder dunkel, wie das Gerät",
    speak: (name: string) => `${name} sprechen`, nothing: (words: string) => `Nichts mit „${words}“. Versuchen Sie es mit einem Wort.`, looking: "Es wird gesucht", results: (n: number): string => (n === 1 ? "1 Treffer" : `${n} Treffer`), untitled: "Ohne Titel",
  },
);
