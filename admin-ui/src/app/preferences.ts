// How the admin area speaks and looks: it is kept with the person, so that a new device has it too, and on the device, so that it is there before she has signed in.
import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import type { Person } from "../api/session";
import { setLanguage } from "../words/words";

export function usePreferences(person: Person): void {
  const { language, appearance } = person.preferences;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setLanguage(language), [language]);
  useEffect(() => setColorScheme(appearance ?? "auto"), [appearance]);
}
