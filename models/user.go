package models

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"dimmer/auth"
)

const maxBio = 2000 // characters

// User is a person of the blog: whoever writes or moderates. One without e-mail and password is an author who cannot sign in.
type User struct {
	ID           UserID `gorm:"primaryKey"`
	Slug         string
	Name         string
	Email        *string
	PasswordHash *string
	Role         auth.Role
	Bio          string
	AvatarURL    *string
	URL          *string
	Extra        JSON
	Preferences  JSON // see [User.Prefers]
	GhostID      string
	DisabledAt   *time.Time `gorm:"serializer:utc"`
	CreatedAt    time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	UpdatedAt    time.Time  `gorm:"serializer:utc;autoUpdateTime:false"`

	PostCount int64 `gorm:"-:migration;->"` // published posts; only where a query selects it
}

// TableName is the table's name.
func (User) TableName() string { return "users" }

// onPost is what a post says of its author.
func (u *User) onPost() User {
	return User{ID: u.ID, Slug: u.Slug, Name: u.Name, Bio: u.Bio, AvatarURL: u.AvatarURL}
}

// SignsIn reports whether the person has an account that is open.
func (u *User) SignsIn() bool { return u.Email != nil && u.PasswordHash != nil && u.DisabledAt == nil }

// UserChange is what the owner sends of a person, or a person of herself. PasswordHash comes from package auth, never from a client.
type UserChange struct {
	Email        Opt[*string]
	Name         Opt[string]
	Slug         Opt[string]
	Role         Opt[auth.Role]
	Bio          Opt[string]
	AvatarURL    Opt[*string]
	URL          Opt[*string]
	Extra        Opt[JSON]
	Preferences  Opt[PreferencesChange]
	Disabled     Opt[bool]
	PasswordHash Opt[*string]
}

// apply changes the fields of a person, but for the slug.
func (u *User) apply(c UserChange, now time.Time) error {
	invalid := Invalid{}
	if c.Email.Set {
		u.Email = nil
		if c.Email.Value != nil {
			email, err := auth.NormalizeEmail(*c.Email.Value)
			if err != nil {
				invalid["email"] = err.Error()
			}
			u.Email = &email
		}
	}
	if c.Name.Set {
		u.Name = oneLine(c.Name.Value)
		checkLength(invalid, "name", u.Name, 1, maxName)
	}
	if c.Role.Set {
		u.Role = c.Role.Value
		if !u.Role.Valid() {
			invalid["role"] = "is none of owner, editor, author, moderator"
		}
	}
	if c.Bio.Set {
		u.Bio = strings.TrimSpace(c.Bio.Value)
		checkLength(invalid, "bio", u.Bio, 0, maxBio)
	}
	for field, change := range map[string]struct {
		from Opt[*string]
		to   **string
	}{"avatar_url": {c.AvatarURL, &u.AvatarURL}, "url": {c.URL, &u.URL}} {
		if !change.from.Set {
			continue
		}
		*change.to = change.from.Value
		if change.from.Value != nil && !isAddress(*change.from.Value) {
			invalid[field] = "is neither an http(s) address nor a path of this site"
		}
	}
	if c.Extra.Set {
		u.Extra = c.Extra.Value
		checkExtra(invalid, u.Extra)
	}
	if c.Preferences.Set {
		u.prefer(c.Preferences.Value, invalid)
	}
	if c.PasswordHash.Set {
		u.PasswordHash = c.PasswordHash.Value
	}
	if u.PasswordHash != nil && u.Email == nil {
		invalid["email"] = "is needed by somebody who signs in"
	}
	if c.Disabled.Set && c.Disabled.Value != (u.DisabledAt != nil) {
		u.DisabledAt = nil
		if c.Disabled.Value {
			u.DisabledAt = &now
		}
	}
	return invalid.orNil()
}

// errEmailTaken does not say who has it.
var errEmailTaken = Invalid{"email": "belongs to somebody here already"}

// CreateOwner makes the first owner and the title of the site. It happens once: with an owner there, it is a conflict.
func (s *Store) CreateOwner(ctx context.Context, c UserChange, settings SettingsChange) (User, error) {
	var owner User
	err := s.writeAlone(ctx, System, "make the owner", func(t *tx) error {
		owners, err := table[User](t.DB).Where("role = ? AND password_hash IS NOT NULL", auth.Owner).Count(t.ctx)
		if err != nil {
			return err
		}
		if owners > 0 {
			return ConflictError{"already_set_up", "This blog has an owner. Sign in instead."}
		}
		c.Role = Some(auth.Owner)
		if owner, err = t.insertUser(c); err != nil {
			return err
		}
		return t.changeSettings(settings)
	})
	return owner, err
}

// HasOwner reports whether somebody owns the blog, that is, whether it has been set up.
func (s *Store) HasOwner(ctx context.Context) (bool, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	n, err := table[User](db).Where("role = ? AND password_hash IS NOT NULL", auth.Owner).Count(ctx)
	return n > 0, fault("look for an owner", err)
}

// CreateUser adds a person.
func (s *Store) CreateUser(ctx context.Context, by Actor, c UserChange) (User, error) {
	var user User
	err := s.writeAlone(ctx, by, "add the person", func(t *tx) (err error) {
		user, err = t.insertUser(c)
		return err
	})
	return user, err
}

func (t *tx) insertUser(c UserChange) (User, error) {
	user := User{ID: newID[UserID](), Role: auth.Author, Extra: "{}", Preferences: "{}", CreatedAt: t.now, UpdatedAt: t.now}
	if !c.Name.Set {
		c.Name = Some("")
	}
	if err := user.apply(c, t.now); err != nil {
		return user, err
	}
	slug, err := t.userSlug(&user, c, Slug(user.Name))
	if err != nil {
		return user, err
	}
	user.Slug, user.GhostID = slug, ghostID(user.ID)
	if err := t.emailFree(&user); err != nil {
		return user, err
	}
	if err := table[User](t.DB).Omit("PostCount").Create(t.ctx, &user); err != nil {
		return user, err
	}
	t.event("user.created", "user", string(user.ID))
	return user, nil
}

// userSlug is the free slug that a change asks for, or that follows from the name.
func (t *tx) userSlug(user *User, c UserChange, wanted string) (string, error) {
	if c.Slug.Set {
		if wanted = Slug(c.Slug.Value); wanted == "" {
			return "", Invalid{"slug": "needs a letter or a digit"}
		}
	}
	if wanted == "" {
		wanted = "author"
	}
	if wanted == user.Slug {
		return wanted, nil
	}
	return t.freeSlugIn("users", wanted, string(user.ID))
}

func (t *tx) emailFree(user *User) error {
	if user.Email == nil {
		return nil
	}
	others := table[User](t.DB).Where("email = ?", *user.Email)
	if user.ID != "" {
		others = others.Where("id <> ?", user.ID)
	}
	n, err := others.Count(t.ctx)
	if err == nil && n > 0 {
		return errEmailTaken
	}
	return err
}

// ChangeUser changes a person. The last owner stays one. A new password or e-mail, or being disabled, ends her sessions, but for keep.
func (s *Store) ChangeUser(ctx context.Context, by Actor, id UserID, c UserChange, keep SessionID) (User, error) {
	var user User
	err := s.writeAlone(ctx, by, "change the person", func(t *tx) error {
		before, err := t.user(id)
		if err != nil {
			return err
		}
		user = before
		if err := user.apply(c, t.now); err != nil {
			return err
		}
		if user.Slug, err = t.userSlug(&user, c, user.Slug); err != nil {
			return err
		}
		if sameJSON(user, before) {
			return nil
		}
		changed := user.changedSince(&before)
		if slices.Equal(changed, []string{"preferences"}) { // nobody else sees or misses them
			return one(table[User](t.DB).Where("id = ?", id).Update(t.ctx, "preferences", user.Preferences))
		}
		if err := t.emailFree(&user); err != nil {
			return err
		}
		if before.ownsAlone() && !user.ownsAlone() {
			if err := t.anotherOwner(id); err != nil {
				return err
			}
		}
		user.UpdatedAt = t.now
		if err := one(table[User](t.DB).Where("id = ?", id).Select("slug", "name", "email", "password_hash", "role", "bio", "avatar_url", "url", "extra", "preferences", "disabled_at", "updated_at").Updates(t.ctx, user)); err != nil {
			return err
		}
		if !sameJSON(user.PasswordHash, before.PasswordHash) || !sameJSON(user.Email, before.Email) || user.DisabledAt != nil && before.DisabledAt == nil {
			if err := t.endSessionsOf(id, keep); err != nil {
				return err
			}
		}
		posts, err := t.postsBy(id)
		if err != nil {
			return err
		}
		t.event("user.updated", "user", string(id), changed...)
		if anyOf(changed, shownOfAuthors) {
			t.touch(AuthorChanged, string(id))
		}
		if anyOf(changed, shownOnPosts) {
			t.touchPostsOf(AuthorChanged, string(id), len(posts))
		}
		t.clears("authors", "posts")
		t.clearsPosts(posts)
		return nil
	})
	return user, err
}

// changedSince names the fields in which two versions of a person differ.
func (u *User) changedSince(before *User) []string {
	var changed []string
	for _, field := range []struct {
		name     string
		now, was any
	}{
		{"email", u.Email, before.Email}, {"name", u.Name, before.Name}, {"slug", u.Slug, before.Slug}, {"role", u.Role, before.Role},
		{"bio", u.Bio, before.Bio}, {"avatar_url", u.AvatarURL, before.AvatarURL}, {"url", u.URL, before.URL}, {"extra", u.Extra, before.Extra},
		{"preferences", u.Preferences, before.Preferences}, {"disabled", u.DisabledAt, before.DisabledAt}, {"password", u.PasswordHash, before.PasswordHash},
	} {
		if !sameJSON(field.now, field.was) {
			changed = append(changed, field.name)
		}
	}
	return changed
}

// ownsAlone reports whether the person counts as an owner who can sign in.
func (u *User) ownsAlone() bool { return u.Role == auth.Owner && u.SignsIn() }

// anotherOwner is a conflict unless somebody else owns the blog too.
func (t *tx) anotherOwner(id UserID) error {
	n, err := table[User](t.DB).Where("role = ? AND password_hash IS NOT NULL AND disabled_at IS NULL AND id <> ?", auth.Owner, id).Count(t.ctx)
	if err == nil && n == 0 {
		return ConflictError{"last_owner", "This is the only owner. Make somebody else an owner first."}
	}
	return err
}

// DeleteUser removes a person. Her posts go to postsTo; without it, somebody with posts is a conflict.
func (s *Store) DeleteUser(ctx context.Context, by Actor, id UserID, postsTo string) error {
	return s.writeAlone(ctx, by, "delete the person", func(t *tx) error {
		user, err := t.user(id)
		if err != nil {
			return err
		}
		if user.ownsAlone() {
			if err := t.anotherOwner(id); err != nil {
				return err
			}
		}
		posts, err := t.postsBy(id)
		if err != nil {
			return err
		}
		if len(posts) > 0 {
			if postsTo == "" {
				return ConflictError{"has_posts", "This person has " + plural(len(posts), "post") + ". Say in posts_to who gets them."}
			}
			heir, err := t.userByIDOrSlug(postsTo)
			if errors.Is(err, ErrNotFound) || err == nil && heir.ID == id {
				return Invalid{"posts_to": "is the id or slug of nobody else here"}
			} else if err != nil {
				return err
			}
			for _, post := range posts {
				if err := t.handOver(post, id, heir); err != nil {
					return err
				}
			}
		}
		if err := done(table[postCount](t.DB).Where("dimension = 'author' AND ref = ?", string(id)).Delete(t.ctx)); err != nil {
			return err
		}
		if err := one(table[User](t.DB).Where("id = ?", id).Delete(t.ctx)); err != nil {
			return err
		}
		t.event("user.deleted", "user", string(id))
		t.touch(AuthorChanged, string(id))
		t.clears("authors", "posts")
		return nil
	})
}

// handOver puts one author in the place of another.
func (t *tx) handOver(id PostID, from UserID, heir User) error {
	post, err := t.post(id)
	if err != nil {
		return err
	}
	t.touchAuthors(&post)
	before := shapeOf(&post)
	var authors []User
	for _, author := range post.Authors {
		if author.ID == from {
			author = heir.onPost()
		}
		if !(&Post{Authors: authors}).WrittenBy(author.ID) {
			authors = append(authors, author)
		}
	}
	post.Authors = authors
	if err := t.writeAuthors(&post); err != nil {
		return err
	}
	if err := t.recount(before, shapeOf(&post)); err != nil {
		return err
	}
	return t.relabeled(&post, "authors")
}

func (t *tx) postsBy(id UserID) ([]PostID, error) {
	return query[PostID](t.ctx, t.DB, "SELECT post_id FROM post_authors WHERE user_id = ? ORDER BY post_id", id)
}

func (t *tx) user(id UserID) (User, error) {
	if !isID(id) {
		return User{}, ErrNotFound
	}
	return found(table[User](t.DB).Select(userFields).Where("id = ?", id).Take(t.ctx))
}

// userByIDOrSlug finds somebody the way a writer names an author.
func (t *tx) userByIDOrSlug(name string) (User, error) {
	query := table[User](t.DB).Where("slug = ?", name)
	if isID(name) {
		query = table[User](t.DB).Where("id = ?", name)
	}
	return found(query.Select(userFields).Take(t.ctx))
}

// userNamed is userByIDOrSlug for the authors of new posts, of which many may name the same.
func (t *tx) userNamed(name string) (User, error) {
	if t.named == nil {
		return t.userByIDOrSlug(name)
	}
	user, known := t.named.users[name]
	if known {
		return user, nil
	}
	user, err := t.userByIDOrSlug(name)
	if err == nil {
		t.named.users[name] = user
	}
	return user, err
}

const (
	userFields = "id, slug, name, email, password_hash, role, bio, avatar_url, url, extra, preferences, ghost_id, disabled_at, created_at, updated_at"
	// userColumns are a person and how many published posts she has, from the kept counter.
	userColumns = userFields + `,
	COALESCE((SELECT c.n FROM post_counts c WHERE c.dimension = 'author' AND c.ref = CAST(users.id AS text) AND c.type = 'post' AND c.status = 'published'), 0) AS post_count`
)

// User reads one person for staff.
func (s *Store) User(ctx context.Context, id UserID) (User, error) {
	if !isID(id) {
		return User{}, ErrNotFound
	}
	return s.oneUser(ctx, "id = ?", id)
}

// UserByEmail reads the person who signs in with an address.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	return s.oneUser(ctx, "email = ?", email)
}

// AuthorBySlug reads an author for readers: somebody without a published post is not found.
func (s *Store) AuthorBySlug(ctx context.Context, slug string) (User, error) {
	return s.oneUser(ctx, "slug = ? AND "+hasPublished, slug)
}

// hasPublished selects people with a published post or page.
const hasPublished = "EXISTS (SELECT 1 FROM post_counts c WHERE c.dimension = 'author' AND c.ref = CAST(users.id AS text) AND c.status = 'published' AND c.n > 0)"

func (s *Store) oneUser(ctx context.Context, where string, args ...any) (User, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	user, err := table[User](db).Select(userColumns).Where(where, args...).Take(ctx)
	return user, fault("read the person", err)
}

// UserQuery selects people.
type UserQuery struct {
	Authors bool // only those with a published post or page: what readers see
	Page    Page
}

// Users lists people in the order in which they came.
func (s *Store) Users(ctx context.Context, q UserQuery) (List[User], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	if q.Authors {
		where.add(hasPublished)
	}
	list, err := listRows(ctx, db, listing[User]{columns: userColumns, where: where, sort: sortSpec{column: "created_at", kind: timeKey}, page: q.Page},
		func(u User) sortKey { return sortKey{key: u.CreatedAt, id: string(u.ID)} })
	if err != nil {
		return list, fault("list the people", err)
	}
	list.Total, err = chain[User](db, where).Count(ctx)
	return list, fault("count the people", err)
}

type loginAddress struct {
	UserID      UserID    `gorm:"primaryKey"`
	AddressHash string    `gorm:"primaryKey"`
	LastUsedAt  time.Time `gorm:"serializer:utc"`
}

func (loginAddress) TableName() string { return "login_addresses" }

// rememberAddress notes that an account was signed in to from an address.
func (t *tx) rememberAddress(id UserID, hash string) error {
	if hash == "" {
		return nil
	}
	row := loginAddress{id, hash, t.now}
	onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "address_hash"}}, DoUpdates: clause.AssignmentColumns([]string{"last_used_at"})}
	return table[loginAddress](t.DB, onConflict).Create(t.ctx, &row)
}

// KnowsAddress reports whether an account has been signed in to from an address: it is then not made to wait.
func (s *Store) KnowsAddress(ctx context.Context, email, hash string) (bool, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	n, err := queryOne[int64](ctx, db, "SELECT count(*) FROM login_addresses a JOIN users u ON u.id = a.user_id WHERE u.email = ? AND a.address_hash = ?", email, hash)
	return n > 0, fault("look for the address", err)
}
