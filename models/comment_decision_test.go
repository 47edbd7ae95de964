package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	gormlogger "gorm.io/gorm/logger"

	"dimmer/auth"
)

// fill stores comments as they would be after as many requests, fast.
func (s site) fill(t testing.TB, post Post, status CommentStatus, n int) []CommentID {
	t.Helper()
	var ids []CommentID
	err := s.write(t.Context(), System, "fill the post", func(t *tx) error {
		var comments []Comment
		for i := range n {
			c := Comment{ID: newID[CommentID](), PostID: post.ID, Status: status, AuthorName: "x", Source: fmt.Sprint("Text ", i), HTML: "x", CreatedAt: t.now}
			c.RootID = c.ID
			ids, comments = append(ids, c.ID), append(comments, c)
		}
		if err := table[Comment](t.DB).CreateAll(t.ctx, comments); err != nil {
			return err
		}
		for _, c := range comments {
			if err := t.indexComment(c.ID, commentWords(c.AuthorName, nil, c.Source)); err != nil {
				return err
			}
		}
		return t.addToCommentCounts(post.ID, status, int64(n))
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// undo takes an action back and demands that it could be.
func (s site) undo(t testing.TB, action ActionID) []Decided {
	t.Helper()
	decided, err := s.UndoAction(t.Context(), s.owner, action)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range decided {
		if d.Err != nil {
			t.Errorf("%s: %v", d.ID, d.Err)
		}
	}
	return decided
}

// read reads a comment as a moderator does.
func (s site) read(t testing.TB, id CommentID) Comment {
	t.Helper()
	comment, err := s.Comment(t.Context(), s.owner, id)
	if err != nil {
		t.Fatal(err)
	}
	return comment
}

func TestWhatAModeratorChangesIsTakenBackAsItWas(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		moderator := s.person(t, "Mo", auth.Moderator)
		post := s.published(t, "Discussed")
		text := func(source string) Opt[CommentBody] {
			return Some(CommentBody{Source: source, HTML: "<p>" + source + "</p>"})
		}
		fresh := s.comment(t, post, Pending)
		passed := s.comment(t, post, Approved)
		judgedAgain := s.comment(t, post, Approved)
		if _, err := s.RejudgeComment(t.Context(), judgedAgain.ID, Judged{Status: Pending}); err != nil {
			t.Fatal(err)
		}
		handled := s.comment(t, post, Pending) // somebody else has decided, edited and pinned
		if _, _, err := s.ChangeComment(t.Context(), moderator, handled.ID, CommentChange{Status: Some(Approved), Body: text("By Mo."), Pinned: Some(true)}); err != nil {
			t.Fatal(err)
		}
		for name, comment := range map[string]Comment{"held": fresh, "passed": passed, "judged again": judgedAgain, "handled": handled} {
			for what, c := range map[string]struct {
				change CommentChange
				told   []string
			}{
				"status": {CommentChange{Status: Some(Spam)}, nil},
				"body":   {CommentChange{Body: text("Otherwise.")}, []string{"comment.edited"}},
				"pinned": {CommentChange{Pinned: Some(name != "handled")}, []string{"comment.pinned"}},
				"all":    {CommentChange{Status: Some(Trash), Body: text("Otherwise."), Pinned: Some(name != "handled")}, []string{"comment.edited", "comment.pinned"}},
			} {
				what = name + ", " + what
				before, told := s.read(t, comment.ID), s.kinds(t, string(comment.ID))
				changed, action, err := s.ChangeComment(t.Context(), s.owner, comment.ID, c.change)
				if err != nil || action == "" {
					t.Fatalf("%s: %q (%v)", what, action, err)
				}
				want(t, what+", as stored", s.read(t, comment.ID), changed)
				if c.change.Status.Set {
					c.told = append(c.told, map[bool]string{true: "comment.removed", false: "comment.moved"}[before.Status == Approved])
					want(t, what+": status and who decided", []any{changed.Status, *changed.Verdict.DecidedBy}, []any{c.change.Status.Value, string(s.owner.User)})
				}
				if c.change.Body.Set {
					want(t, what+": text", []string{changed.Source, changed.HTML}, []string{"Otherwise.", "<p>Otherwise.</p>"})
				}
				if c.change.Pinned.Set {
					want(t, what+": pinned", changed.Pinned, c.change.Pinned.Value)
				}
				want(t, what+": told", s.kinds(t, string(comment.ID))[len(told):], c.told)
				checkCounters(t, s)

				want(t, what+": taken back", s.undo(t, action), []Decided{{ID: comment.ID, Status: before.Status}})
				want(t, what+": taken back, as stored", s.read(t, comment.ID), before)
				list, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "otherwise"})
				if err != nil || len(list.Items) > 0 {
					t.Errorf("%s: the text that was taken back is found (%v)", what, err)
				}
				checkCounters(t, s)

				_, action, err = s.ChangeComment(t.Context(), s.owner, comment.ID, CommentChange{Status: Some(before.Status), Body: text(before.Source), Pinned: Some(before.Pinned)})
				if err != nil || action != "" {
					t.Errorf("%s: what is so already: %q (%v)", what, action, err)
				}
			}
		}
		history, err := s.History(t.Context(), "", "", nil, ptr(s.read(t, judgedAgain.ID)))
		want(t, "what was taken back is nobody's decision", []any{history.DecidedByPerson, err}, []any{false, nil})
		history, err = s.History(t.Context(), "", "", nil, ptr(s.read(t, handled.ID)))
		want(t, "what was decided before still is", []any{history.DecidedByPerson, err}, []any{true, nil})
	})
}

func TestOnlyRootsArePinnedAndOneBadFieldChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		root := s.comment(t, post, Approved)
		reply := s.comment(t, post, Approved, answer(root))
		before := s.read(t, reply.ID)
		for what, c := range map[string]struct {
			change CommentChange
			field  string
		}{
			"an answer is pinned": {CommentChange{Pinned: Some(true), Status: Some(Spam), Body: Some(CommentBody{Source: "x", HTML: "x"})}, "pinned"},
			"no such status":      {CommentChange{Status: Some(CommentStatus("published")), Body: Some(CommentBody{Source: "x", HTML: "x"})}, "status"},
		} {
			_, _, err := s.ChangeComment(t.Context(), s.owner, reply.ID, c.change)
			wantInvalid(t, what, err, c.field)
			want(t, what, s.read(t, reply.ID), before)
		}
		if _, action, err := s.ChangeComment(t.Context(), s.owner, reply.ID, CommentChange{Pinned: Some(false)}); err != nil || action != "" {
			t.Errorf("an answer that is not pinned stays so: %q (%v)", action, err)
		}
		if _, _, err := s.ChangeComment(t.Context(), s.owner, root.ID, CommentChange{Pinned: Some(true)}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnActionIsTakenBackOnceByWhoDidItWithinTenMinutes(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		moderator := s.person(t, "Mo", auth.Moderator)
		comment := s.comment(t, s.published(t, "Discussed"), Pending)
		act := func(status CommentStatus) ActionID {
			t.Helper()
			_, action, err := s.ChangeComment(t.Context(), s.owner, comment.ID, CommentChange{Status: Some(status)})
			if err != nil {
				t.Fatal(err)
			}
			return action
		}
		first := act(Spam)
		for name, id := range map[string]ActionID{"none": newID[ActionID](), "garbage": "1 OR 1=1", "empty": ""} {
			_, err := s.UndoAction(t.Context(), s.owner, id)
			wantError(t, name, err, ErrNotFound)
		}
		_, err := s.UndoAction(t.Context(), moderator, first)
		wantError(t, "by somebody else", err, ErrNotFound)
		_, err = s.UndoAction(t.Context(), Actor{Kind: ByReader}, first)
		wantError(t, "by a reader", err, ErrNotFound)
		s.clock.move(10*time.Minute - time.Second)
		token := s.owner
		token.Kind, token.ID = ByToken, string(newID[TokenID]())
		if _, err := s.UndoAction(t.Context(), token, first); err != nil {
			t.Errorf("with a token of hers: %v", err)
		}
		want(t, "status", s.read(t, comment.ID).Status, Pending)
		_, err = s.UndoAction(t.Context(), s.owner, first)
		wantCode(t, "twice", err, "cannot_undo")
		late := act(Trash)
		s.clock.move(10*time.Minute + time.Second)
		_, err = s.UndoAction(t.Context(), s.owner, late)
		wantCode(t, "too late", err, "cannot_undo")
		want(t, "status", s.read(t, comment.ID).Status, Trash)

		again := act(Approved)
		var undone atomic.Int32
		together(5, func(int) {
			if _, err := s.UndoAction(t.Context(), s.owner, again); err == nil {
				undone.Add(1)
			} else {
				wantCode(t, "at once", err, "cannot_undo")
			}
		})
		want(t, "taken back", undone.Load(), 1)
		checkCounters(t, s)
	})
}

func TestWhatSomebodyHasChangedSinceStaysAsItIs(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		moderator := s.person(t, "Mo", auth.Moderator)
		post := s.published(t, "Discussed")
		body := func(source string) CommentChange {
			return CommentChange{Body: Some(CommentBody{Source: source, HTML: source})}
		}
		status := func(status CommentStatus) CommentChange { return CommentChange{Status: Some(status)} }
		pinned := func(pinned bool) CommentChange { return CommentChange{Pinned: Some(pinned)} }
		by := func(changes ...CommentChange) func(CommentID) error {
			return func(id CommentID) error {
				for _, c := range changes {
					if _, _, err := s.ChangeComment(t.Context(), moderator, id, c); err != nil {
						return err
					}
				}
				return nil
			}
		}
		for name, c := range map[string]struct {
			first CommentChange
			then  func(CommentID) error
			code  string // empty: it is taken back
			kind  error
		}{
			"another status":            {status(Spam), by(status(Approved)), "changed_since", nil},
			"the same status again":     {status(Spam), by(status(Trash), status(Spam)), "changed_since", nil},
			"another text":              {body("by the owner"), by(body("by Mo")), "changed_since", nil},
			"not pinned any more":       {pinned(true), by(pinned(false)), "changed_since", nil},
			"deleted":                   {status(Spam), func(id CommentID) error { return s.remove(t.Context(), moderator, id) }, "", ErrNotFound},
			"withdrawn":                 {body("by the owner"), func(id CommentID) error { return s.WithdrawComment(t.Context(), id, start.Add(time.Hour)) }, "", ErrNotFound},
			"another text and a status": {CommentChange{Status: Some(Trash), Body: body("by the owner").Body}, by(body("by Mo")), "changed_since", nil},
			"another thing":             {status(Spam), by(body("by Mo"), pinned(true)), "", nil},
			"the text of another":       {body("by the owner"), by(status(Trash)), "", nil},
			"edited by its writer": {body("by the owner"), func(id CommentID) error {
				_, err := s.EditComment(t.Context(), id, start.Add(time.Hour), CommentEdit{Source: "by herself", HTML: "x", Judged: Judged{Status: Pending}})
				return err
			}, "changed_since", nil},
		} {
			comment := s.comment(t, post, Pending)
			_, action, err := s.ChangeComment(t.Context(), s.owner, comment.ID, c.first)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.then(comment.ID); err != nil {
				t.Fatal(err)
			}
			before, _ := s.Comment(t.Context(), s.owner, comment.ID)
			decided, err := s.UndoAction(t.Context(), s.owner, action)
			if err != nil || len(decided) != 1 {
				t.Fatalf("%s: %v (%v)", name, decided, err)
			}
			switch {
			case c.code != "":
				wantCode(t, name, decided[0].Err, c.code)
				want(t, name, s.read(t, comment.ID), before)
			default:
				wantError(t, name, decided[0].Err, c.kind)
			}
			if c.code == "" && c.kind == nil {
				after := s.read(t, comment.ID)
				want(t, name+": the other change stays", []any{after.Pinned, after.Status == Pending, after.Source == comment.Source}, []any{before.Pinned, c.first.Status.Set, c.first.Body.Set})
			}
		}
		checkCounters(t, s)
	})
}

func TestManyAreDecidedTogetherEachByItself(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		post, hers := s.published(t, "Discussed"), s.published(t, "Hers", func(c *PostChange) { c.Authors = Some([]string{"ada"}) })
		held, shown, spam, onHers := s.comment(t, post, Pending), s.comment(t, post, Approved), s.comment(t, post, Spam), s.comment(t, hers, Pending)
		s.comment(t, post, Approved, answer(shown))
		place := s.comment(t, post, Approved)
		s.comment(t, post, Approved, answer(place))
		if err := s.remove(t.Context(), s.owner, place.ID); err != nil {
			t.Fatal(err)
		}
		none := newID[CommentID]()
		ids := []CommentID{spam.ID, held.ID, none, shown.ID, held.ID, "1 OR 1=1", place.ID, "", onHers.ID}
		decided, action, err := s.DecideComments(t.Context(), s.owner, ids, nil, Spam)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, d := range decided {
			want(t, "the id", d.ID, ids[i])
			if d.Err != nil {
				wantError(t, fmt.Sprint("id ", i), d.Err, ErrNotFound)
				got = append(got, "none")
			} else {
				got = append(got, string(d.Status))
			}
		}
		want(t, "decided", got, strings.Fields("spam spam none spam spam none none none spam"))
		checkCounters(t, s)
		back := s.undo(t, action)
		want(t, "taken back", len(back), 3)
		want(t, "statuses", []CommentStatus{s.read(t, spam.ID).Status, s.read(t, held.ID).Status, s.read(t, shown.ID).Status, s.read(t, onHers.ID).Status}, []CommentStatus{Spam, Pending, Approved, Pending})
		checkCounters(t, s)

		decided, action, err = s.DecideComments(t.Context(), ada, []CommentID{held.ID, onHers.ID}, nil, Approved)
		if err != nil || action == "" {
			t.Fatal(err)
		}
		wantError(t, "on a post of somebody else", decided[0].Err, ErrNotFound)
		wantError(t, "on a post of hers", decided[1].Err, nil)
		want(t, "statuses", []CommentStatus{s.read(t, held.ID).Status, s.read(t, onHers.ID).Status}, []CommentStatus{Pending, Approved})
		if decided, action, err = s.DecideComments(t.Context(), s.owner, []CommentID{spam.ID}, nil, Spam); err != nil || action != "" || decided[0].Status != Spam {
			t.Errorf("what is so already: %v %q (%v)", decided, action, err)
		}
		if decided, action, err = s.DecideComments(t.Context(), s.owner, nil, nil, Spam); err != nil || action != "" || len(decided) > 0 {
			t.Errorf("none: %v %q (%v)", decided, action, err)
		}
		_, _, err = s.DecideComments(t.Context(), s.owner, []CommentID{held.ID}, nil, "published")
		wantInvalid(t, "a status that is none", err, "status")
		_, _, err = s.DecideComments(t.Context(), s.owner, make([]CommentID, 1001), nil, Spam)
		wantInvalid(t, "1,001 ids", err, "ids")
		if decided, _, err := s.DecideComments(t.Context(), s.owner, make([]CommentID, 1000), nil, Spam); err != nil || len(decided) != 1000 {
			t.Errorf("1,000 ids: %d (%v)", len(decided), err)
		}
	})
}

func TestAFilterDecidesAboutAThousandAtOnceUntilNoneIsLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		s.fill(t, post, Pending, 1003)
		aside := s.comment(t, other, Pending)
		q := CommentQuery{Post: post.ID, Words: "text"}
		var actions []ActionID
		for _, n := range []int{1000, 3, 0} {
			decided, action, err := s.DecideComments(t.Context(), s.owner, nil, &q, Trash)
			if err != nil || len(decided) != n || (action == "") != (n == 0) {
				t.Fatalf("%d were decided about, want %d (%v)", len(decided), n, err)
			}
			actions = append(actions, action)
		}
		checkCounters(t, s)
		want(t, "on the other post", s.read(t, aside.ID).Status, Pending)
		want(t, "taken back", len(s.undo(t, actions[0])), 1000)
		want(t, "held again", s.number(t, "SELECT count(*) FROM comments WHERE status = 'pending' AND decided_at IS NULL"), 1001)
		checkCounters(t, s)
		for name, q := range map[string]CommentQuery{"garbage": {Post: "1 OR 1=1"}, "no words": {Words: "%"}} {
			if decided, action, err := s.DecideComments(t.Context(), s.owner, nil, &q, Spam); err != nil || len(decided) > 0 || action != "" {
				t.Errorf("%s: %d, %q (%v)", name, len(decided), action, err)
			}
		}
		_, _, err := s.DecideComments(t.Context(), s.owner, nil, &CommentQuery{Words: strings.Repeat("x", 201)}, Spam)
		wantInvalid(t, "a long question", err, "q")
	})
}

func TestADeletedCommentComesBackToItsPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		remove := func(c Comment) ActionID {
			t.Helper()
			action, err := s.DeleteComment(t.Context(), s.owner, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			checkCounters(t, s)
			return action
		}
		thread := func(what string, post Post, wanted string) {
			t.Helper()
			list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
			if err != nil {
				t.Fatal(err)
			}
			want(t, what, outline(list.Items), wanted)
			checkCounters(t, s)
		}
		post := s.published(t, "Discussed")
		root := s.comment(t, post, Approved, named("root"))
		a := s.comment(t, post, Approved, named("a"), answer(root))
		b := s.comment(t, post, Approved, named("b"), answer(a), func(n *NewComment) { n.AddressHash, n.URL, n.TextHash = "address", ptr("https://ruth.example"), "text" })
		before := s.read(t, b.ID)
		action := remove(b)
		thread("without b", post, "root(a)")
		want(t, "b comes back", s.undo(t, action), []Decided{{ID: b.ID, Status: Approved}})
		thread("with b", post, "root(a(b))")
		want(t, "b, as it was", s.read(t, b.ID), before)
		want(t, "told", s.kinds(t, string(b.ID)), []string{"comment.created", "comment.deleted", "comment.restored"})

		if _, err := s.LikeComment(t.Context(), "key", a.ID, true); err != nil {
			t.Fatal(err)
		}
		before = s.read(t, a.ID)
		action = remove(a)
		thread("without a", post, "root(-(b))")
		s.undo(t, action)
		thread("with a", post, "root(a(b))")
		before.LikeCount = 0 // likes are not brought back
		want(t, "a, as it was", s.read(t, a.ID), before)

		// Whatever goes with the last answer comes back with it, in whatever order.
		actions := []ActionID{remove(root), remove(a), remove(b)}
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 0)
		s.undo(t, actions[2])
		thread("b again", post, "-(-(b))")
		s.undo(t, actions[0])
		s.undo(t, actions[1])
		thread("all again", post, "root(a(b))")
		actions = []ActionID{remove(root), remove(a), remove(b)}
		s.undo(t, actions[0])
		thread("the root again", post, "root")
		s.undo(t, actions[2])
		thread("and b", post, "root(-(b))")
		s.undo(t, actions[1])
		thread("and a", post, "root(a(b))")

		held := s.comment(t, post, Pending, named("held"))
		s.undo(t, remove(held))
		want(t, "what was held", s.read(t, held.ID).Status, Pending)
		thread("is held", post, "root(a(b))")
	})
}

func TestADeletedCommentComesBackOnlyIfThereIsAPlaceForIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		remove := func(c Comment) ActionID {
			t.Helper()
			action, err := s.DeleteComment(t.Context(), s.owner, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			return action
		}
		one := func(what string, action ActionID, kind error) {
			t.Helper()
			decided, err := s.UndoAction(t.Context(), s.owner, action)
			if err != nil || len(decided) != 1 {
				t.Fatalf("%s: %v (%v)", what, decided, err)
			}
			wantError(t, what, decided[0].Err, kind)
			checkCounters(t, s)
		}
		post, gone := s.published(t, "Discussed"), s.published(t, "Gone soon")
		onGone := remove(s.comment(t, gone, Approved))
		if err := s.DeletePost(t.Context(), s.owner, gone.ID, s.stored(t, gone.ID).Version); err != nil {
			t.Fatal(err)
		}
		one("on a post that has gone", onGone, ErrNotFound)

		root := s.comment(t, post, Approved)
		below := remove(s.comment(t, post, Approved, answer(root)))
		remove(root)
		one("below what has gone", below, ErrNotFound)

		stranger := s.comment(t, post, Approved, func(n *NewComment) { n.KeyHash = "somebody" })
		action := remove(stranger)
		if _, err := s.pools[0].ExecContext(t.Context(), "DELETE FROM commenters WHERE key_hash = 'somebody'"); err != nil {
			t.Fatal(err)
		}
		one("by a reader who is forgotten", action, nil)
		want(t, "whose it is", s.read(t, stranger.ID).CommenterID, nil)

		mo := s.person(t, "Mo", auth.Editor)
		reply, err := s.CreateComment(t.Context(), mo, NewComment{PostID: post.ID, Name: "Mo", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
		if err != nil {
			t.Fatal(err)
		}
		action = remove(reply)
		if err := s.DeleteUser(t.Context(), s.owner, mo.User, string(s.owner.User)); err != nil {
			t.Fatal(err)
		}
		one("by a person who has gone", action, nil)
		want(t, "whose it is", s.read(t, reply.ID).UserID, nil)
	})
}

func TestWhatWasDoneIsForgottenAndItsTextsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		kept := func(where string) int { return s.number(t, "SELECT count(*) FROM moderation_actions WHERE "+where) }
		secret := func() Comment {
			return s.comment(t, post, Approved, func(n *NewComment) { n.Source, n.HTML = "A secret.", "A secret." })
		}
		moved, deleted := secret(), secret()
		if _, err := s.move(t.Context(), s.owner, moved.ID, Spam); err != nil {
			t.Fatal(err)
		}
		want(t, "what only moved keeps its text to itself", kept("before LIKE '%secret%'"), 0)
		action, err := s.DeleteComment(t.Context(), s.owner, deleted.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "what is deleted is kept to be taken back", kept("before LIKE '%secret%'"), 1)
		s.undo(t, action)
		want(t, "when it has been", kept("before LIKE '%secret%'"), 0)
		want(t, "actions", kept("true"), 2)

		if err := s.remove(t.Context(), s.owner, deleted.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ClaimJob(t.Context()); !errors.Is(err, ErrNotFound) {
			t.Errorf("work before its time: %v", err)
		}
		s.clock.move(9 * time.Minute)
		if err := s.ForgetActions(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "after nine minutes", kept("true"), 3)
		s.clock.move(2 * time.Minute)
		if _, err := s.move(t.Context(), s.owner, moved.ID, Trash); err != nil {
			t.Fatal(err)
		}
		want(t, "after the next action, eleven minutes later", kept("true"), 1)
		s.clock.move(11*time.Minute + time.Second)
		job, err := s.ClaimJob(t.Context())
		if err != nil || job.Kind != JobForgetActions {
			t.Fatalf("work: %s (%v)", job.Kind, err)
		}
		if err := s.ForgetActions(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "after the work", kept("true"), 0)
	})
}

// deadlocks counts what Postgres had to end because transactions waited for each other in a ring.
type deadlocks struct {
	gormlogger.Interface
	n atomic.Int32
}

func (d *deadlocks) Trace(_ context.Context, _ time.Time, _ func() (string, int64), err error) {
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == "40P01" {
		d.n.Add(1)
	}
}

func TestWritesOnManyPostsDoNotWaitForEachOtherInARing(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		counted := &deadlocks{Interface: gormlogger.Discard}
		s.writer.Logger = counted
		var posts []Post
		for i := range 4 {
			posts = append(posts, s.published(t, fmt.Sprint("Post ", i)))
		}
		by := func(i int) func(*NewComment) {
			return func(n *NewComment) { n.KeyHash, n.Question = fmt.Sprint("key ", i), []byte("sealed") }
		}
		for round := range 8 {
			var mine [4][]CommentID // each of four moderators has a comment on each post, by each of four readers
			var single []Comment
			for i, post := range posts {
				for m := range mine {
					mine[m] = append(mine[m], s.comment(t, post, []CommentStatus{Pending, Approved, Spam}[(i+m+round)%3], by(i)).ID)
				}
				single = append(single, s.comment(t, post, Pending, by((i+1)%4)))
			}
			for _, id := range slices.Concat(mine[:]...) { // so that Akismet is to be told of what is decided
				wantError(t, "an answer of Akismet", s.AkismetAnswered(t.Context(), id, AkismetHam), nil)
			}
			if _, err := s.pools[0].ExecContext(t.Context(), "DELETE FROM jobs"); err != nil {
				t.Fatal(err)
			}
			slices.Reverse(mine[1])
			slices.Reverse(mine[3])
			together(16, func(i int) {
				var err error
				switch {
				case i < 4:
					var action ActionID
					if _, action, err = s.DecideComments(t.Context(), s.owner, mine[i], nil, []CommentStatus{Spam, Approved, Trash, Pending}[i]); err == nil && i%2 == 0 {
						_, err = s.UndoAction(t.Context(), s.owner, action)
					}
				case i < 8:
					_, err = s.send(t, from(posts[i-4], Approved, by(i%3)))
				case i < 10:
					_, err = s.move(t.Context(), s.owner, single[i-8].ID, Approved)
				case i < 12:
					err = s.remove(t.Context(), s.owner, single[i-8].ID)
				default:
					_, _, _, err = s.BlockCommenter(t.Context(), s.owner, *single[i-12].CommenterID, true, Trash)
				}
				wantError(t, fmt.Sprint("write ", i), err, nil)
			})
		}
		want(t, "rings that Postgres had to break", counted.n.Load(), 0)
		checkCounters(t, s)
	})
}
