package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAHistoryLeavesOutWhatItIsAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		text := func(key, text string) func(*NewComment) {
			return func(n *NewComment) { n.KeyHash, n.TextHash = key, text }
		}
		check := func(what, key, text string, about *Comment, wanted History) {
			t.Helper()
			if about != nil {
				about = ptr(s.read(t, about.ID))
			}
			got, err := s.History(t.Context(), key, text, nil, about)
			if err != nil {
				t.Fatal(err)
			}
			wanted.Staff = []string{"Mira Holt"}
			want(t, what, got, wanted)
		}
		check("a stranger", "Ruth", "text", nil, History{})
		approved, spam, trash := s.comment(t, post, Approved, text("Ruth", "text")), s.comment(t, post, Spam, text("Ruth", "another text")), s.comment(t, post, Trash, text("Ruth", ""))
		s.comment(t, post, Pending, text("Ruth", "what is held"))
		s.comment(t, post, Approved, text("Ruth", "one more"))
		check("hers", "Ruth", "", nil, History{Approved: 2, Rejected: 2})
		check("about an approved one", "Ruth", "text", &approved, History{Approved: 1, Rejected: 2})
		check("about spam", "Ruth", "text", &spam, History{Approved: 2, Rejected: 1, SameText: 1})
		check("about trash", "another key", "", &trash, History{Approved: 2, Rejected: 1, DecidedByPerson: true})
		check("somebody else", "another key", "another text", nil, History{SameText: 1, SameTextSpam: 1})

		for i := range 3 {
			if _, err := s.ReportComment(t.Context(), fmt.Sprint("key ", i), approved.ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		check("reported", "Ruth", "", &approved, History{Approved: 1, Rejected: 2, Reports: 3})
		for _, c := range []struct {
			set      func(context.Context, Actor, CommenterID, bool) (Commenter, error)
			on       bool
			expected History
		}{
			{s.TrustCommenter, true, History{Approved: 2, Rejected: 2, Trusted: true}}, {s.block, true, History{Approved: 2, Rejected: 2, Blocked: true}},
			{s.block, false, History{Approved: 2, Rejected: 2}},
		} {
			if _, err := c.set(t.Context(), s.owner, *approved.CommenterID, c.on); err != nil {
				t.Fatal(err)
			}
			check("what a moderator thinks of her", "Ruth", "", nil, c.expected)
		}

		for i := range 4 {
			s.comment(t, post, []CommentStatus{Spam, Approved}[i%2], text(fmt.Sprint("sender ", i), "flood"))
		}
		check("the same text", "", "flood", nil, History{SameText: 4, SameTextSpam: 2})
		s.clock.move(24 * time.Hour)
		s.comment(t, post, Spam, text("one more sender", "flood"))
		check("within a day", "", "flood", nil, History{SameText: 1, SameTextSpam: 1})
		for i := range 110 {
			s.comment(t, post, Spam, text(fmt.Sprint("sender ", i), "flood"))
		}
		check("a flood", "", "flood", nil, History{SameText: 100, SameTextSpam: 100})
	})
}

// block is BlockCommenter that leaves her comments where they are.
func (s site) block(ctx context.Context, by Actor, id CommenterID, blocked bool) (Commenter, error) {
	commenter, _, _, err := s.BlockCommenter(ctx, by, id, blocked, "")
	return commenter, err
}

func TestAReaderIsBlockedOrTrustedAndNeverBoth(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		id := *s.comment(t, s.published(t, "Discussed"), Pending).CommenterID
		told := 0
		for i, c := range []struct {
			set              func() (Commenter, error)
			blocked, trusted bool
			fields           []string
		}{
			{func() (Commenter, error) { return s.block(t.Context(), s.owner, id, true) }, true, false, []string{"blocked"}},
			{func() (Commenter, error) { return s.block(t.Context(), s.owner, id, true) }, true, false, nil},
			{func() (Commenter, error) { return s.TrustCommenter(t.Context(), s.owner, id, false) }, true, false, nil},
			{func() (Commenter, error) { return s.TrustCommenter(t.Context(), s.owner, id, true) }, false, true, []string{"trusted"}},
			{func() (Commenter, error) { return s.block(t.Context(), s.owner, id, false) }, false, true, nil},
			{func() (Commenter, error) { return s.block(t.Context(), s.owner, id, true) }, true, false, []string{"blocked"}},
			{func() (Commenter, error) { return s.block(t.Context(), s.owner, id, false) }, false, false, []string{"blocked"}},
		} {
			what := fmt.Sprint("step ", i)
			changed, err := c.set()
			if err != nil {
				t.Fatal(err)
			}
			read, err := s.Commenter(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want(t, what+", as stored", read, changed)
			want(t, what, []bool{read.BlockedAt != nil, read.TrustedAt != nil}, []bool{c.blocked, c.trusted})
			list, err := s.Commenters(t.Context(), CommenterQuery{Blocked: c.blocked, Trusted: c.trusted})
			if err != nil || len(list.Items) != 1 {
				t.Errorf("%s: %d are listed (%v)", what, len(list.Items), err)
			}
			list, err = s.Commenters(t.Context(), CommenterQuery{Blocked: !c.blocked, Trusted: c.blocked})
			if err != nil || len(list.Items) != 0 {
				t.Errorf("%s: %d are listed as what she is not (%v)", what, len(list.Items), err)
			}
			events, err := s.Events(t.Context(), EventQuery{SubjectID: string(id)})
			if err != nil {
				t.Fatal(err)
			}
			if c.fields != nil {
				told++
				want(t, what+": told", events.Items[0].Fields, c.fields)
			}
			want(t, what+": events", events.Total, int64(told))
		}
		for name, id := range map[string]CommenterID{"none": newID[CommenterID](), "garbage": "1 OR 1=1", "empty": ""} {
			_, err := s.block(t.Context(), s.owner, id, true)
			wantError(t, name, err, ErrNotFound)
			_, err = s.Commenter(t.Context(), id)
			wantError(t, name, err, ErrNotFound)
			_, _, err = s.RemoveCommentsOf(t.Context(), s.owner, id, Spam)
			wantError(t, name, err, ErrNotFound)
		}
	})
}

func TestAllCommentsOfAReaderAreRemovedAndTakenBackTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		var hers []Comment
		for i, status := range []CommentStatus{Pending, Approved, Spam, Trash, Approved} {
			hers = append(hers, s.comment(t, []Post{post, other}[i%2], status))
		}
		others := s.comment(t, post, Approved, func(n *NewComment) { n.KeyHash = "another key" }, answer(hers[4]))
		_, _, err := s.RemoveCommentsOf(t.Context(), s.owner, *hers[0].CommenterID, Approved)
		wantInvalid(t, "approve all", err, "status")
		decided, action, err := s.RemoveCommentsOf(t.Context(), s.owner, *hers[0].CommenterID, Trash)
		if err != nil || len(decided) != 3 {
			t.Fatalf("%v (%v)", decided, err)
		}
		statuses := func() (statuses []CommentStatus) {
			for _, c := range append(hers, others) {
				statuses = append(statuses, s.read(t, c.ID).Status)
			}
			return statuses
		}
		want(t, "removed", statuses(), []CommentStatus{Trash, Trash, Spam, Trash, Trash, Approved})
		checkCounters(t, s)
		if again, none, err := s.RemoveCommentsOf(t.Context(), s.owner, *hers[0].CommenterID, Spam); err != nil || len(again) != 0 || none != "" {
			t.Errorf("again: %v %q (%v)", again, none, err)
		}
		s.undo(t, action)
		want(t, "taken back", statuses(), []CommentStatus{Pending, Approved, Spam, Trash, Approved, Approved})
		checkCounters(t, s)
	})
}

func TestReadersAreListedOnceTheyHaveWrittenAndFoundByNameOrAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		shown := s.comment(t, post, Approved, func(n *NewComment) { n.Name, n.Email, n.KeyHash = "Ruth Adler", ptr("ruth@example.org"), "Ruth" })
		if _, err := s.LikeComment(t.Context(), "Émile", shown.ID, true); err != nil {
			t.Fatal(err)
		}
		found := func(q CommenterQuery) (names []string) {
			t.Helper()
			list, err := s.Commenters(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "total", list.Total, len64(list.Items))
			for _, c := range list.Items {
				names = append(names, c.Name)
			}
			return names
		}
		want(t, "before the one who only likes has written", found(CommenterQuery{}), []string{"Ruth Adler"})
		for _, name := range []string{"Émile", "Somebody else"} { // the first name that she gives is what she is known by
			s.comment(t, post, Approved, func(n *NewComment) { n.Name, n.Email, n.KeyHash = name, ptr("emile@example.org"), "Émile" })
		}
		s.comment(t, post, Pending, func(n *NewComment) { n.Name, n.KeyHash = "100%_\\ real", "3" })
		s.comment(t, post, Pending, func(n *NewComment) { n.Name, n.KeyHash = "Жанна", "4" })
		want(t, "readers", s.number(t, "SELECT count(*) FROM commenters"), 4)
		all := []string{"Жанна", "100%_\\ real", "Émile", "Ruth Adler"}
		for words, wanted := range map[string][]string{
			"": all, "ruth": {"Ruth Adler"}, "RUTH A": {"Ruth Adler"}, "  Ruth ": {"Ruth Adler"}, "Adler": nil, "émile": {"Émile"}, "Émi": {"Émile"}, "жан": {"Жанна"}, "%": nil, "_": nil,
			"100%": {"100%_\\ real"}, "100%_\\": {"100%_\\ real"}, "1%": nil, "Ruth@Example.org": {"Ruth Adler"}, "nobody@example.org": nil, "'": nil, "Somebody": nil,
		} {
			want(t, fmt.Sprintf("%q finds", words), found(CommenterQuery{Words: words}), wanted)
		}
		var walked []string
		for list, more := (List[Commenter]{}), true; more; more = list.Next != nil {
			var err error
			if list, err = s.Commenters(t.Context(), CommenterQuery{Page: Page{Limit: 3, At: list.Next}}); err != nil {
				t.Fatal(err)
			}
			for _, c := range list.Items {
				walked = append(walked, c.Name)
			}
		}
		want(t, "on pages", walked, all)
	})
}

func TestAReaderLikesReportsAndReactsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		comment := s.comment(t, post, Approved)
		like := func(key string, likes bool) func() (int, error) {
			return func() (int, error) { return s.LikeComment(t.Context(), key, comment.ID, likes) }
		}
		react := func(key string, reacts bool) func() (int, error) {
			return func() (int, error) { return s.ReactToPost(t.Context(), key, post.ID, reacts) }
		}
		report := func(key, reason string) func() (int, error) {
			return func() (int, error) {
				reported, err := s.ReportComment(t.Context(), key, comment.ID, reason)
				return reported.ReportCount, err
			}
		}
		seen, seenPost := []string{"comments", "comments:" + string(post.ID), "post:" + string(post.ID), "posts"}, []string{"post:" + string(post.ID), "posts"}
		for i, c := range []struct {
			do      func() (int, error)
			n       int
			cleared []string
		}{
			{like("a", true), 1, seen}, {like("a", true), 1, nil}, {like("b", true), 2, seen}, {like("a", false), 1, seen}, {like("a", false), 1, nil}, {like("stranger", false), 1, nil},
			{like("a", true), 2, seen},
			{react("a", true), 1, seenPost}, {react("a", true), 1, nil}, {react("c", true), 2, seenPost}, {react("c", false), 1, seenPost}, {react("stranger", false), 1, nil},
			{report("a", " It is rude. "), 1, nil}, {report("a", "again"), 1, nil}, {report("d", ""), 2, nil}, {report("e", strings.Repeat("é", 500)), 3, nil},
		} {
			*s.cleared = nil
			n, err := c.do()
			if err != nil || n != c.n {
				t.Errorf("step %d: %d, want %d (%v)", i, n, c.n, err)
			}
			want(t, fmt.Sprintf("step %d clears", i), *s.cleared, c.cleared)
		}
		want(t, "told of reports", s.kinds(t, string(comment.ID)), []string{"comment.created", "comment.reported", "comment.reported", "comment.reported"})
		want(t, "reasons", s.number(t, "SELECT count(*) FROM comment_reports WHERE reason IN ('It is rude.', '')"), 2)
		want(t, "readers", s.number(t, "SELECT count(*) FROM commenters"), 6) // Ruth, a to e: the stranger is not known
		_, err := report("f", strings.Repeat("é", 501))()
		wantInvalid(t, "a long reason", err, "reason")
		checkCounters(t, s)

		together(30, func(i int) {
			key := fmt.Sprint("at once ", i%10)
			for _, do := range []func() (int, error){like(key, true), react(key, true), report(key, "")} {
				if _, err := do(); err != nil {
					t.Error(err)
				}
			}
		})
		read := s.read(t, comment.ID)
		want(t, "likes, reports and reactions of readers at once", []int{read.LikeCount, read.ReportCount, s.stored(t, post.ID).ReactionCount}, []int{12, 13, 11})
		checkCounters(t, s)
	})
}

func TestWhatReadersCannotSeeIsNeitherLikedNorReported(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, draft := s.published(t, "Discussed"), s.published(t, "Back to a draft")
		onDraft := s.comment(t, draft, Approved)
		s.change(t, s.stored(t, draft.ID), PostChange{Status: Some(Draft)})
		place := s.comment(t, post, Approved)
		s.comment(t, post, Approved, answer(place))
		if err := s.remove(t.Context(), s.owner, place.ID); err != nil {
			t.Fatal(err)
		}
		before := s.number(t, "SELECT count(*) FROM commenters")
		for name, id := range map[string]CommentID{
			"held": s.comment(t, post, Pending).ID, "spam": s.comment(t, post, Spam).ID, "trash": s.comment(t, post, Trash).ID, "on a draft": onDraft.ID, "only a place": place.ID,
			"none": newID[CommentID](), "garbage": "1 OR 1=1", "empty": "",
		} {
			for _, likes := range []bool{true, false} {
				_, err := s.LikeComment(t.Context(), "key", id, likes)
				wantError(t, name+": like", err, ErrNotFound)
			}
			_, err := s.ReportComment(t.Context(), "key", id, "")
			wantError(t, name+": report", err, ErrNotFound)
		}
		for name, id := range map[string]PostID{"a draft": draft.ID, "none": newID[PostID](), "garbage": "1 OR 1=1"} {
			_, err := s.ReactToPost(t.Context(), "key", id, true)
			wantError(t, name+": react", err, ErrNotFound)
		}
		want(t, "readers that are known by that", s.number(t, "SELECT count(*) FROM commenters"), before)
		checkCounters(t, s)
	})
}

func TestAWithdrawnCommentTakesItsLikesAndReportsWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		comment := s.comment(t, post, Approved)
		s.comment(t, post, Approved, answer(comment))
		if _, err := s.LikeComment(t.Context(), "key", comment.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReportComment(t.Context(), "key", comment.ID, "x"); err != nil {
			t.Fatal(err)
		}
		if err := s.WithdrawComment(t.Context(), comment.ID, start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		want(t, "likes and reports of a place", s.number(t, "SELECT (SELECT count(*) FROM comment_likes) + (SELECT count(*) FROM comment_reports)"), 0)
		checkCounters(t, s)
	})
}
