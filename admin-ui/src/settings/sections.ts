/** The sections of the settings, in their order. */
export const sections = ["site", "reading", "comments", "rules", "replies", "mail", "frontends", "tokens"] as const;
export type SectionName = (typeof sections)[number];

export const isSection = (name: string): name is SectionName => (sections as readonly string[]).includes(name);
