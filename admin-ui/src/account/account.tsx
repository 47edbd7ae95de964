import { Textarea, TextInput } from "@mantine/core";
import { api, ask } from "../api/client";
import { changePerson, type Person } from "../api/session";
import { usePerson } from "../app/person";
import { Screen } from "../app/screen";
import { DraftForm, useDraft } from "../parts/draft";
import { useWords } from "../words/words";
import classes from "./account.module.css";
import { Area } from "./area";
import { Password } from "./password";
import { Push } from "./push";
import { Sessions } from "./sessions";
import { accountWords } from "./words";

const order = ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[];

/** What a person sets about herself, and about the browser that she sits at. */
export function Account() {
  const say = useWords(accountWords);
  const person = usePerson();
  return (
    <Screen title={say.title}>
      <div className={classes["page"]}>
        <Profile person={person} />
        <Password person={person} />
        <Push person={person} />
        <Sessions />
        <Area person={person} />
      </div>
    </Screen>
  );
}

function Profile({ person }: { person: Person }) {
  const say = useWords(accountWords);
  const draft = useDraft(
    { name: person.name, slug: person.slug, bio: person.bio, url: person.url, avatar_url: person.avatar_url },
    async (change) => changePerson(await ask(api.PATCH("/api/v1/auth/me", { body: change }))),
  );
  const { values, errors, set } = draft;
  const picture = values.avatar_url ?? "";
  return (
    <DraftForm label={say.profile} draft={draft}>
      <section className={`card ${classes["group"]}`} aria-labelledby="profile">
        <h2 id="profile">{say.profile}</h2>
        <p className={classes["lead"]}>{say.profileLead}</p>
        <TextInput label={say.name} error={errors["name"]} value={values.name} size="md" autoComplete="name" onChange={(event) => set("name", event.currentTarget.value)} />
        <Textarea label={say.bio} description={say.bioHint} inputWrapperOrder={order} error={errors["bio"]} value={values.bio} size="md" autosize minRows={2} onChange={(event) => set("bio", event.currentTarget.value)} />
        <div className={classes["two"]}>
          <TextInput label={say.url} error={errors["url"]} value={values.url ?? ""} placeholder="https://" size="md" inputMode="url" autoComplete="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("url", event.currentTarget.value.trim() || null)} />
          <TextInput label={say.slug} description={say.slugHint} inputWrapperOrder={order} error={errors["slug"]} value={values.slug} size="md" spellCheck={false} autoCapitalize="off" onChange={(event) => set("slug", event.currentTarget.value.trim())} />
        </div>
        <TextInput label={say.avatar} description={say.avatarHint} inputWrapperOrder={order} error={errors["avatar_url"]} value={picture} size="md" inputMode="url" spellCheck={false} autoCapitalize="off" onChange={(event) => set("avatar_url", event.currentTarget.value.trim() || null)} />
        {/^(https:\/\/[^/]+\/|\/[^/])/.test(picture) && picture === person.avatar_url && <img className={classes["picture"]} src={picture} alt={say.avatarAlt} />}
        <div>
          <p className={classes["label"]}>{say.email}</p>
          <p className={classes["email"]}>{person.email}</p>
          <p className="meta">{say.emailHint}</p>
        </div>
      </section>
    </DraftForm>
  );
}
