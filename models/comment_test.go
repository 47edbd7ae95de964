package models

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dimmer/auth"
)

var commentStatuses = []CommentStatus{Pending, Approved, Spam, Trash}

func TestACommentMovesFromEveryStatusToEveryOther(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		for _, from := range commentStatuses {
			for _, to := range commentStatuses {
				name := fmt.Sprintf("%s to %s", from, to)
				comment := s.comment(t, post, Pending)
				if from != Pending {
					if _, err := s.move(t.Context(), s.owner, comment.ID, from); err != nil {
						t.Fatal(err)
					}
				}
				before := s.kinds(t, string(comment.ID))
				moved, err := s.move(t.Context(), s.owner, comment.ID, to)
				if err != nil || moved.Status != to {
					t.Errorf("%s: %s (%v)", name, moved.Status, err)
				}
				var told []string
				switch {
				case from == to:
				case to == Approved:
					told = []string{"comment.approved"}
				case from == Approved:
					told = []string{"comment.removed"}
				default:
					told = []string{"comment.moved"}
				}
				want(t, name+" tells", s.kinds(t, string(comment.ID))[len(before):], append([]string{}, told...))
				read, err := s.Comment(t.Context(), s.owner, comment.ID)
				if err != nil {
					t.Fatal(err)
				}
				want(t, name+", as stored", read, moved)
				if from != to {
					want(t, name+": the decision", *read.Verdict.Decision, to)
					want(t, name+": by", *read.Verdict.DecidedBy, string(s.owner.User))
				}
				if err := s.remove(t.Context(), s.owner, comment.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		comment := s.comment(t, post, Pending)
		_, err := s.move(t.Context(), s.owner, comment.ID, "published")
		wantInvalid(t, "a status that is none", err, "status")
		_, err = s.move(t.Context(), s.owner, newID[CommentID](), Approved)
		wantError(t, "a comment that is none", err, ErrNotFound)
		checkCounters(t, s)
	})
}

func TestOnlyWhatReadersSeeClearsTheirPages(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		seen := []string{"comments", "comments:" + string(post.ID), "post:" + string(post.ID), "posts"}
		var none []string
		step := func(what string, wanted []string, do func() error) {
			t.Helper()
			*s.cleared = nil
			if err := do(); err != nil {
				t.Fatal(err)
			}
			want(t, what, *s.cleared, wanted)
		}
		var comment Comment
		move := func(status CommentStatus) func() error {
			return func() error { _, err := s.move(t.Context(), s.owner, comment.ID, status); return err }
		}
		step("a held comment", none, func() error { comment = s.comment(t, post, Pending); return nil })
		step("to spam", none, move(Spam))
		step("approved", seen, move(Approved))
		step("approved again", none, move(Approved))
		step("to the trash", seen, move(Trash))
		step("deleted from there", none, func() error { return s.remove(t.Context(), s.owner, comment.ID) })
		step("a comment that is shown at once", seen, func() error { comment = s.comment(t, post, Approved); return nil })
		step("deleted", seen, func() error { return s.remove(t.Context(), s.owner, comment.ID) })
	})
}

// outline writes a thread down: what each comment is called, what is below it in brackets, what was removed as -.
func outline(threads []*Thread) string {
	var parts []string
	for _, thread := range threads {
		part := thread.HTML
		if thread.Removed {
			part = "-" + part + thread.AuthorName
		}
		if len(thread.Replies) > 0 {
			part += "(" + outline(thread.Replies) + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func named(source string) func(*NewComment) {
	return func(n *NewComment) { n.Source, n.HTML = source, source }
}

func TestAThreadIsATreeInTheOrderOfTime(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		a := s.comment(t, post, Approved, named("a"))
		b := s.comment(t, post, Approved, named("b"))
		a1 := s.comment(t, post, Approved, named("a1"), answer(a))
		s.comment(t, post, Approved, named("b1"), answer(b))
		s.comment(t, post, Approved, named("a2"), answer(a))
		s.comment(t, post, Approved, named("a11"), answer(a1))
		s.comment(t, post, Pending, named("held"), answer(a))
		s.comment(t, post, Spam, named("spam"))
		s.comment(t, other, Approved, named("elsewhere"))
		read := func(sort ThreadSort, page Page) (string, List[*Thread]) {
			t.Helper()
			list, err := s.Thread(t.Context(), post.ID, sort, page)
			if err != nil {
				t.Fatal(err)
			}
			return outline(list.Items), list
		}
		text, list := read(OldestFirst, Page{})
		want(t, "oldest first", text, "a(a1(a11) a2) b(b1)")
		want(t, "total", list.Total, 2)
		want(t, "answers", []int{list.Items[0].ReplyCount, list.Items[1].ReplyCount}, []int{3, 1})
		text, _ = read(NewestFirst, Page{})
		want(t, "newest first", text, "b(b1) a(a1(a11) a2)")
		text, list = read(OldestFirst, Page{Limit: 1})
		want(t, "the first page", text, "a(a1(a11) a2)")
		text, list = read(OldestFirst, Page{Limit: 1, At: list.Next})
		want(t, "the second page", text, "b(b1)")
		text, _ = read(OldestFirst, Page{Limit: 1, At: list.Prev})
		want(t, "back", text, "a(a1(a11) a2)")
		for _, id := range []PostID{newID[PostID](), "", "1 OR 1=1"} {
			if list, err := s.Thread(t.Context(), id, OldestFirst, Page{}); err != nil || len(list.Items) != 0 {
				t.Errorf("%q: %v %v", id, outline(list.Items), err)
			}
		}
	})
}

func TestDeepAnswersAreListedOnTheLastLevel(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		var chain []Comment
		for i := range 9 {
			var tune []func(*NewComment)
			if i > 0 {
				tune = append(tune, answer(chain[i-1]))
			}
			chain = append(chain, s.comment(t, post, Approved, append(tune, named(fmt.Sprint(i)))...))
			want(t, fmt.Sprint("depth of ", i), chain[i].Depth, min(i, 5))
			want(t, fmt.Sprint("root of ", i), chain[i].RootID, chain[0].ID)
		}
		list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "thread", outline(list.Items), "0(1(2(3(4(5 6 7 8)))))")
		deep := list.Items[0].Replies[0].Replies[0].Replies[0].Replies[0].Replies
		want(t, "what the last one answers", *deep[3].ParentID, chain[7].ID)

		if _, err := s.move(t.Context(), s.owner, chain[6].ID, Trash); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Thread(t.Context(), post.ID, OldestFirst, Page{}); err != nil {
			t.Fatal(err)
		}
		want(t, "with one of the last level removed", outline(list.Items), "0(1(2(3(4(5 - 7 8)))))")
	})
}

func TestARemovedCommentKeepsItsPlaceWhileSomethingBelowIsShown(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		a := s.comment(t, post, Approved, named("a"))
		b := s.comment(t, post, Approved, named("b"), answer(a))
		c := s.comment(t, post, Approved, named("c"), answer(b))
		d := s.comment(t, post, Approved, named("d"), answer(a))
		step := func(comment Comment, status CommentStatus, wanted string, count int) {
			t.Helper()
			if _, err := s.move(t.Context(), s.owner, comment.ID, status); err != nil {
				t.Fatal(err)
			}
			list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
			if err != nil {
				t.Fatal(err)
			}
			want(t, comment.Source+" becomes "+string(status), outline(list.Items), wanted)
			want(t, "roots", list.Total, len64(list.Items))
			counts, err := s.CommentCounts(t.Context(), []string{post.Slug})
			if err != nil {
				t.Fatal(err)
			}
			want(t, "count", counts[post.Slug], count)
		}
		step(a, Spam, "-(b(c) d)", 3)
		step(b, Trash, "-(-(c) d)", 2)
		step(c, Pending, "-(d)", 1)
		step(d, Trash, "", 0)
		step(c, Approved, "-(-(c))", 1)
		step(a, Approved, "a(-(c))", 2)
	})
}

func len64[T any](list []T) int64 { return int64(len(list)) }

func TestALongExchangeComesInParts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		const n = 1000
		err := s.write(t.Context(), System, "fill the thread", func(t *tx) error {
			var comments []Comment
			for i := range n {
				c := Comment{ID: newID[CommentID](), PostID: post.ID, Depth: min(i, 5), Status: Approved, AuthorName: "x", Source: "x", HTML: fmt.Sprint(i), CreatedAt: start.Add(time.Duration(i) * time.Second)}
				c.RootID = c.ID
				if i > 0 {
					c.ParentID, c.UnderID, c.RootID = &comments[i-1].ID, &comments[min(i-1, 4)].ID, comments[0].ID
				} else {
					c.ReplyCount = n - 1
				}
				comments = append(comments, c)
			}
			return table[Comment](t.DB).CreateAll(t.ctx, comments)
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ReplyCount != n-1 {
			t.Fatalf("%d roots (%v)", len(list.Items), err)
		}
		want(t, "what comes with the root", outline(list.Items)[:30], "0(1(2(3(4(5 6 7 8 9 10 11 12 1")
		count := strings.Count(outline(list.Items), " ") + 5
		want(t, "how many come with the root", count, shownReplies)
		for at, pages := list.Items[0].More, 0; at != nil; pages++ {
			more, of, err := s.Replies(t.Context(), list.Items[0].ID, Page{Limit: 100, At: at})
			if err != nil {
				t.Fatal(err)
			}
			want(t, "the post", of.ID, post.ID)
			want(t, "of all", more.Total, n-1)
			want(t, "goes on", more.Items[0].HTML, fmt.Sprint(count+1))
			count, at = count+len(more.Items), more.Next
		}
		want(t, "all of them", count, n-1)
	})
}

func TestAParentIsAVisibleCommentOnTheSamePost(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		shown := s.comment(t, post, Approved)
		parents := map[string]CommentID{
			"pending": s.comment(t, post, Pending).ID, "spam": s.comment(t, post, Spam).ID, "trash": s.comment(t, post, Trash).ID,
			"on another post": s.comment(t, other, Approved).ID, "missing": newID[CommentID](), "the post": CommentID(post.ID),
			"garbage": "1 OR 1=1", "empty": "", "a number": "1", "upper case": CommentID(strings.ToUpper(string(shown.ID))), "NUL": shown.ID + "\x00",
		}
		before := s.number(t, "SELECT count(*) FROM comments")
		answers := map[string]bool{}
		for name, id := range parents {
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, ParentID: &id, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
			wantInvalid(t, name, err, "parent_id")
			answers[fmt.Sprint(err)] = true
		}
		want(t, "different answers", len(answers), 1)
		want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), before)
		s.comment(t, post, Approved, answer(shown))
	})
}

func TestACommentNeedsAPostThatReadersCanSee(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		future := start.Add(time.Hour)
		for status, wanted := range map[PostStatus]error{Draft: ErrNotFound, Scheduled: ErrNotFound, Published: nil, Archived: nil} {
			post := s.draft(t, string(status), func(c *PostChange) {
				c.Status = Some(status)
				if status == Scheduled {
					c.PublishedAt = Some(&future)
				}
			})
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Pending}})
			wantError(t, string(status), err, wanted)
		}
		for _, id := range []PostID{newID[PostID](), "", "1 OR 1=1"} {
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: id, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Pending}})
			wantError(t, string(id), err, ErrNotFound)
		}
	})
}

func TestAReaderIsKnownByHerKeyAndNotByWhatSheTypes(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		first := s.comment(t, post, Approved, func(n *NewComment) {
			n.Name, n.Email, n.URL, n.AddressHash = "Ruth", ptr("ruth@example.org"), ptr("https://ruth.example"), "address"
			n.Judged.Score, n.Judged.Reasons, n.Judged.Signals = 3, []JudgementReason{{3, "Two links"}}, map[string]float64{"links": 2}
		})
		second := s.comment(t, post, Pending, func(n *NewComment) { n.Name, n.Email = "Somebody else", ptr("other@example.org") })
		third := s.comment(t, post, Pending, func(n *NewComment) { n.KeyHash, n.Email = "another key", ptr("ruth@example.org") })
		if *first.CommenterID != *second.CommenterID || *first.CommenterID == *third.CommenterID {
			t.Errorf("readers %s %s %s", *first.CommenterID, *second.CommenterID, *third.CommenterID)
		}
		read, err := s.Comment(t.Context(), s.owner, second.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "name of this comment", read.AuthorName, "Somebody else")
		want(t, "address that is known of her", *read.Commenter.Email, "ruth@example.org")
		read, err = s.Comment(t.Context(), s.owner, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "her first comment", []any{read.AuthorName, *read.AuthorURL, *read.AddressHash, read.Post.Slug}, []any{"Ruth", "https://ruth.example", "address", "discussed"})
		want(t, "its verdict", []any{read.Verdict.Verdict, read.Verdict.Score, read.Verdict.Reasons, read.Verdict.Signals["links"]}, []any{Approved, 3, []JudgementReason{{3, "Two links"}}, 2.0})
		want(t, "approved comments of hers", s.number(t, "SELECT approved_count FROM commenters WHERE key_hash = 'key of Ruth'"), 1)

		var ids [20]CommenterID
		together(len(ids), func(i int) {
			comment, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}, KeyHash: "new key"})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = *comment.CommenterID
		})
		for _, id := range ids {
			want(t, "the reader of comments sent at once", id, ids[0])
		}
		checkCounters(t, s)
	})
}

func TestAnAuthorModeratesOnHerOwnPosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada, moderator := s.person(t, "Ada", auth.Author), s.person(t, "Mo", auth.Moderator)
		hers := s.published(t, "Hers", func(c *PostChange) { c.Authors = Some([]string{"mira-holt", "ada"}) })
		other := s.published(t, "Other")
		onHers, onOther := s.comment(t, hers, Pending), s.comment(t, other, Pending)
		for _, c := range []struct {
			by      Actor
			comment Comment
			err     error
		}{{ada, onHers, nil}, {ada, onOther, ErrNotFound}, {moderator, onHers, nil}, {moderator, onOther, nil}} {
			name := fmt.Sprintf("%s on %s", c.by.Role, c.comment.PostID)
			_, err := s.Comment(t.Context(), c.by, c.comment.ID)
			wantError(t, name+": read", err, c.err)
			_, err = s.move(t.Context(), c.by, c.comment.ID, Approved)
			wantError(t, name+": approve", err, c.err)
			if c.err == nil {
				_, err = s.move(t.Context(), s.owner, c.comment.ID, Approved)
				wantError(t, "the owner approves", err, nil)
				_, err = s.CreateComment(t.Context(), c.by, NewComment{PostID: c.comment.PostID, ParentID: &c.comment.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
				wantError(t, name+": reply", err, nil)
			} else {
				_, err = s.CreateComment(t.Context(), c.by, NewComment{PostID: c.comment.PostID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
				wantError(t, name+": reply", err, c.err)
				wantError(t, name+": delete", s.remove(t.Context(), c.by, c.comment.ID), c.err)
			}
		}
		for by, wanted := range map[*Actor]int64{&ada: 3, &moderator: 5, &s.owner: 5} {
			list, err := s.Comments(t.Context(), *by, CommentQuery{})
			if err != nil || list.Total != wanted || len64(list.Items) != wanted {
				t.Errorf("%s sees %d of %d, want %d (%v)", by.Role, len(list.Items), list.Total, wanted, err)
			}
		}
		list, err := s.Comments(t.Context(), ada, CommentQuery{Post: other.ID})
		if err != nil || list.Total != 0 || len(list.Items) != 0 {
			t.Errorf("she sees %d of %d (%v)", len(list.Items), list.Total, err)
		}
		thread, err := s.Thread(t.Context(), hers.ID, OldestFirst, Page{})
		if err != nil {
			t.Fatal(err)
		}
		badge := func(c Comment) string {
			b := c.Badge(s.stored(t, hers.ID))
			if b == nil {
				return "none"
			}
			return *b
		}
		want(t, "badges", []string{badge(thread.Items[0].Comment), badge(thread.Items[0].Replies[0].Comment), badge(thread.Items[0].Replies[1].Comment)}, []string{"none", "author", "none"})
		reply, err := s.CreateComment(t.Context(), s.owner, NewComment{PostID: hers.ID, ParentID: &onHers.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
		if err != nil {
			t.Fatal(err)
		}
		read, err := s.Comment(t.Context(), s.owner, reply.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the owner's", badge(read), "owner")
		if read.Verdict != nil || read.Commenter != nil {
			t.Errorf("what staff write is not judged: %+v", read)
		}
	})
}

func TestCommentsAreListedForStaffWithExactTotals(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		posts := []Post{s.published(t, "One"), s.published(t, "Two")}
		for i := range 24 {
			s.comment(t, posts[i%2], commentStatuses[i%4], named(fmt.Sprint(i)))
		}
		for _, c := range []struct {
			q     CommentQuery
			total int
			first string
		}{
			{CommentQuery{}, 24, "23"}, {CommentQuery{Oldest: true}, 24, "0"}, {CommentQuery{Status: Spam}, 6, "22"}, {CommentQuery{Post: posts[0].ID}, 12, "22"},
			{CommentQuery{Post: posts[1].ID, Status: Approved, Oldest: true}, 6, "1"}, {CommentQuery{Post: posts[0].ID, Status: Approved}, 0, ""},
			{CommentQuery{Post: newID[PostID]()}, 0, ""}, {CommentQuery{Post: "1 OR 1=1"}, 0, ""},
		} {
			var walked []string
			for list, more := (List[Comment]{}), true; more; more = list.Next != nil {
				c.q.Page = Page{Limit: 5, At: list.Next}
				var err error
				if list, err = s.Comments(t.Context(), s.owner, c.q); err != nil {
					t.Fatal(err)
				}
				want(t, "total", list.Total, int64(c.total))
				for _, comment := range list.Items {
					walked = append(walked, comment.Source)
				}
			}
			if len(walked) != c.total || c.total > 0 && walked[0] != c.first {
				t.Errorf("%+v: %v", c.q, walked)
			}
		}
		counts, err := s.CommentCounts(t.Context(), []string{"one", "two", "none", "1 OR 1=1", "nul\x00"})
		if err == nil {
			want(t, "counts", counts, map[string]int{"one": 0, "two": 6, "none": 0, "1 OR 1=1": 0, "nul\x00": 0})
		} else if !s.postgres || !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if counts, err = s.CommentCounts(t.Context(), nil); err != nil || len(counts) != 0 {
			t.Errorf("%v %v", counts, err)
		}
	})
}

func TestADeletedCommentLeavesItsPlaceAsLongAsItIsAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		root := s.comment(t, post, Approved, named("root"))
		gone := s.comment(t, post, Approved, named("gone"), answer(root))
		below := s.comment(t, post, Approved, named("below"), answer(gone), func(n *NewComment) { n.KeyHash = "another reader" })
		held := s.comment(t, post, Pending, named("held"), answer(gone))
		s.comment(t, post, Approved, named("beside"), answer(root))
		step := func(what string, comment Comment, wanted string, left int) {
			t.Helper()
			if err := s.remove(t.Context(), s.owner, comment.ID); err != nil {
				t.Fatal(err)
			}
			list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
			if err != nil {
				t.Fatal(err)
			}
			want(t, what, outline(list.Items), wanted)
			want(t, what+": rows", s.number(t, "SELECT count(*) FROM comments"), left)
			want(t, what+": what is left of it", s.number(t, "SELECT count(*) FROM comments WHERE id = '"+string(comment.ID)+"' AND (source <> '' OR author_name <> '' OR commenter_id IS NOT NULL)"), 0)
			wantError(t, what+": deleted twice", s.remove(t.Context(), s.owner, comment.ID), ErrNotFound)
			_, err = s.move(t.Context(), s.owner, comment.ID, Trash)
			wantError(t, what+": moved", err, ErrNotFound)
			checkCounters(t, s)
		}
		step("the one between", gone, "root(-(below) beside)", 5)
		if _, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, ParentID: &gone.ID, Name: "x", Source: "x", HTML: "x"}); !errors.As(err, new(Invalid)) {
			t.Errorf("a deleted comment is answered: %v", err)
		}
		step("the root", root, "-(-(below) beside)", 5)
		step("what kept the place", below, "-(beside)", 4)
		step("the held answer, and with it the place above", held, "-(beside)", 2)
		want(t, "judgements stay", s.number(t, "SELECT count(*) FROM judgements"), 5)
		want(t, "told of the deepest", s.kinds(t, string(below.ID)), []string{"comment.created", "comment.deleted"})
	})
}

func TestApprovingAndDeletingAtOnceHasOneOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		for range 100 {
			comment := s.comment(t, post, Pending)
			together(3, func(i int) {
				switch i {
				case 0:
					if moved, err := s.move(t.Context(), s.owner, comment.ID, Approved); err == nil && moved.Status != Approved || err != nil && !errors.Is(err, ErrNotFound) {
						t.Errorf("approve: %s %v", moved.Status, err)
					}
				case 1:
					wantError(t, "delete", s.remove(t.Context(), s.owner, comment.ID), nil)
				case 2:
					_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, ParentID: &comment.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}, KeyHash: "key of Ruth"})
					if err != nil {
						wantInvalid(t, "answer", err, "parent_id")
					}
				}
			})
		}
		want(t, "deleted comments with a text", s.number(t, "SELECT count(*) FROM comments WHERE source <> 'x' AND erased_at IS NULL"), 0)
		want(t, "empty places without an answer", s.number(t, "SELECT count(*) FROM comments WHERE erased_at IS NOT NULL AND id NOT IN (SELECT parent_id FROM comments WHERE parent_id IS NOT NULL)"), 0)
		checkCounters(t, s)
	})
}

func TestDeletingAPostWhileItIsCommentedLeavesNoOrphan(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		other := s.published(t, "Other")
		var stored, refused atomic.Int32
		for range 20 {
			post := s.published(t, "Going")
			held := s.comment(t, post, Pending)
			together(6, func(i int) {
				switch i {
				case 0:
					wantError(t, "delete", s.DeletePost(t.Context(), s.owner, post.ID, post.Version), nil)
				case 1:
					if _, err := s.move(t.Context(), s.owner, held.ID, Approved); err != nil {
						wantError(t, "approve", err, ErrNotFound)
					}
				case 2:
					s.comment(t, other, Approved, func(n *NewComment) { n.KeyHash = "another reader" })
				default:
					_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}, KeyHash: "key of Ruth"})
					if err == nil {
						stored.Add(1)
					} else {
						wantError(t, "comment", err, ErrNotFound)
						refused.Add(1)
					}
				}
			})
		}
		t.Logf("%d comments were stored, %d refused", stored.Load(), refused.Load())
		want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), 20)
		checkCounters(t, s)
	})
}

func TestACommentIsCheckedAndPutIntoItsStoredForm(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		what, name, body string
		email, url       *string
		fields           []string
	}{
		{what: "the shortest", name: "R", body: "x"},
		{what: "80 characters of a name", name: long(80), body: "x"},
		{what: "81 characters of a name", name: long(81), body: "x", fields: []string{"name"}},
		{what: "80 characters after composition", name: strings.Repeat("e\u0301", 80), body: "x"},
		{what: "10,000 characters", name: "R", body: long(10_000)},
		{what: "10,001 characters", name: "R", body: long(10_001), fields: []string{"body"}},
		{what: "nothing", fields: []string{"name", "body"}},
		{what: "spaces", name: " \u00a0\t", body: " \n\u3000 ", fields: []string{"name", "body"}},
		{what: "nothing to be seen", name: "\u200b\u2060\ufeff\u3164\u00ad", body: "\u200b\u2060\ufeff\u3164\u00ad", fields: []string{"name", "body"}},
		{what: "joiners and marks only", name: "\u200d\u0301", body: "\u200d\ufe0f\u2800", fields: []string{"name", "body"}},
		{what: "eight marks", name: "a" + strings.Repeat("\u0316", 8), body: "a" + strings.Repeat("\u0316", 8)},
		{what: "nine marks", name: "a" + strings.Repeat("\u0316", 9), body: "x a" + strings.Repeat("\u0316", 9), fields: []string{"name", "body"}},
		{what: "marks round a joiner", name: "R", body: "a" + strings.Repeat("\u0316\u200d", 9), fields: []string{"body"}},
		{what: "an address", name: "R", body: "x", email: ptr(" Ruth@Example.ORG "), url: ptr(" https://ruth.example/ ")},
		{what: "no address", name: "R", body: "x", email: ptr(" "), url: ptr("")},
		{what: "a bad e-mail", name: "R", body: "x", email: ptr("a@b\r\nBcc: x"), fields: []string{"email"}},
		{what: "a local e-mail", name: "R", body: "x", email: ptr("a@b"), fields: []string{"email"}},
		{what: "500 characters of an address", name: "R", body: "x", url: ptr("https://ruth.example/" + long(479))},
		{what: "501 characters of an address", name: "R", body: "x", url: ptr("https://ruth.example/" + long(480)), fields: []string{"url"}},
		{what: "a path", name: "R", body: "x", url: ptr("/x"), fields: []string{"url"}},
		{what: "a script", name: "R", body: "x", url: ptr("javascript:alert(1)"), fields: []string{"url"}},
		{what: "a user", name: "R", body: "x", url: ptr("https://a@b.example"), fields: []string{"url"}},
		{what: "all of it", name: "", body: "", email: ptr("x"), url: ptr("x"), fields: []string{"name", "body", "email", "url"}},
	} {
		_, email, url, _, err := CheckComment(c.name, c.email, c.url, c.body)
		wantInvalid(t, c.what, err, c.fields...)
		if c.what == "an address" && (*email != "ruth@example.org" || *url != "https://ruth.example/") {
			t.Errorf("%s: %s %s", c.what, *email, *url)
		}
		if c.what == "no address" && (email != nil || url != nil) {
			t.Errorf("%s: %v %v", c.what, email, url)
		}
	}
	name, _, _, text, err := CheckComment("Ru\u202eth \n Adler", nil, nil, " One\r\ntwo\rthree\t\u202efour\u2066\x00\x1b[2J  👩‍👩‍👧 \n")
	if err != nil {
		t.Fatal(err)
	}
	want(t, "name", name, "Ruth Adler")
	want(t, "body", text, "One\ntwo\nthree\tfour[2J  👩‍👩‍👧")
}

func TestAPostTakesCommentsByItsLevelAndAge(t *testing.T) {
	at := start.Add(-10 * 24 * time.Hour)
	for _, c := range []struct {
		name   string
		status PostStatus
		post   *Level
		site   Level
		days   int
		open   bool
		level  Level
		closes bool
	}{
		{"the site's level", Published, nil, LevelNewcomers, 0, true, LevelNewcomers, false},
		{"its own level", Published, ptr(LevelAll), LevelClosed, 0, true, LevelAll, false},
		{"closed", Published, ptr(LevelClosed), LevelOpen, 0, false, LevelClosed, false},
		{"the site is closed", Published, nil, LevelClosed, 0, false, LevelClosed, false},
		{"archived", Archived, nil, LevelOpen, 0, false, LevelOpen, false},
		{"a draft", Draft, nil, LevelOpen, 0, false, LevelOpen, false},
		{"young enough", Published, nil, LevelOpen, 11, true, LevelOpen, true},
		{"too old, to the moment", Published, nil, LevelOpen, 10, false, LevelOpen, true},
	} {
		settings := DefaultSettings()
		settings.CommentLevel, settings.CommentsCloseAfterDays = c.site, c.days
		post := Post{Status: c.status, CommentLevel: c.post, PublishedAt: &at}
		open, level, closesAt := post.TakesComments(settings, start)
		want(t, c.name, []any{open, level, closesAt != nil}, []any{c.open, c.level, c.closes})
	}
}
