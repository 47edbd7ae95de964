package models

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

// at says when a comment was written, as an import does.
func at(seconds int) func(*NewComment) {
	when := start.Add(time.Duration(seconds) * time.Second)
	return func(n *NewComment) { n.CreatedAt = &when }
}

// Fourteen roots, several written in one moment or liked by as many, some pinned: what a plain sort of them says is what a reader gets, however
// she turns the pages.
func TestEveryOrderOfAThreadIsThatOfAPlainSortOnPagesOfAnySize(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		var roots []Comment
		for i := range 14 {
			root := s.comment(t, post, Approved, named(fmt.Sprint(i)), at([]int{5, 3, 3, 3, 1, 8, 8, 2, 2, 9, 4, 4, 4, 7}[i]))
			root.LikeCount = []int{0, 2, 2, 0, 1, 1, 1, 0, 3, 3, 0, 0, 2, 0}[i]
			for like := range root.LikeCount {
				if _, err := s.LikeComment(t.Context(), fmt.Sprint("key ", like), root.ID, true); err != nil {
					t.Fatal(err)
				}
			}
			if root.Pinned = slices.Contains([]int{2, 3, 6, 8, 11}, i); root.Pinned {
				if _, _, err := s.ChangeComment(t.Context(), s.owner, root.ID, CommentChange{Pinned: Some(true)}); err != nil {
					t.Fatal(err)
				}
			}
			switch i {
			case 3, 7: // removed, and keep their places
				s.comment(t, post, Approved, answer(root))
				fallthrough
			case 10: // removed, and gone
				if _, err := s.move(t.Context(), s.owner, root.ID, Trash); err != nil {
					t.Fatal(err)
				}
			}
			if i != 10 {
				roots = append(roots, root)
			}
		}
		pinnedFirst := func(a, b Comment) int {
			return cmp.Compare(map[bool]int{false: 1}[a.Pinned], map[bool]int{false: 1}[b.Pinned])
		}
		for sort, compare := range map[ThreadSort]func(a, b Comment) int{
			OldestFirst: func(a, b Comment) int {
				return cmp.Or(pinnedFirst(a, b), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
			},
			NewestFirst: func(a, b Comment) int {
				return cmp.Or(pinnedFirst(a, b), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
			},
			TopFirst: func(a, b Comment) int {
				return cmp.Or(pinnedFirst(a, b), cmp.Compare(b.LikeCount, a.LikeCount), cmp.Compare(b.ID, a.ID))
			},
		} {
			slices.SortFunc(roots, compare)
			var wanted []CommentID
			for _, root := range roots {
				wanted = append(wanted, root.ID)
			}
			page := func(at *Position, limit int) ([]CommentID, List[*Thread]) {
				t.Helper()
				list, err := s.Thread(t.Context(), post.ID, sort, Page{Limit: limit, At: at})
				if err != nil {
					t.Fatal(err)
				}
				want(t, "roots in all", list.Total, len64(roots))
				var ids []CommentID
				for _, thread := range list.Items {
					ids = append(ids, thread.ID)
				}
				return ids, list
			}
			for limit := 1; limit <= 5; limit++ {
				what := fmt.Sprintf("%s, %d a page, ", sort, limit)
				ids, list := page(nil, limit)
				walked := ids
				if list.Prev != nil {
					t.Error(what + "something is before the first page")
				}
				for list.Next != nil {
					ids, list = page(list.Next, limit)
					walked = append(walked, ids...)
				}
				want(t, what+"forward", walked, wanted)
				walked = ids
				for list.Prev != nil {
					ids, list = page(list.Prev, limit)
					walked = append(slices.Clone(ids), walked...)
				}
				want(t, what+"backward", walked, wanted)

				for i, root := range roots { // from anywhere
					here := sort.key(root).position()
					ids, _ = page(here, limit)
					want(t, fmt.Sprint(what, "after ", i), ids, slices.Concat(nil, wanted[i+1:min(i+1+limit, len(wanted))]))
					here.Before = true
					ids, _ = page(here, limit)
					want(t, fmt.Sprint(what, "before ", i), ids, slices.Concat(nil, wanted[max(0, i-limit):i]))
				}
			}
		}
		_, err := s.Thread(t.Context(), post.ID, "best", Page{})
		wantInvalid(t, "an order that is none", err, "sort")
		for name, at := range map[string]*Position{"no time": {Key: "x", ID: string(roots[0].ID)}, "no id": {Key: start.Format(time.RFC3339), ID: "1 OR 1=1"}} {
			_, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{At: at})
			wantInvalid(t, name, err, "cursor")
		}
		checkCounters(t, s)
	})
}

func TestARootBringsFiftyAnswersAndSaysWhereTheOthersAre(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, draft := s.published(t, "Discussed"), s.published(t, "Back to a draft")
		fifty, more := s.comment(t, post, Approved, named("fifty"), at(0)), s.comment(t, post, Approved, named("more"), at(1))
		var wanted []string // what is below the second, in the order of time
		for i := range 53 {
			if i < 50 {
				s.comment(t, post, Approved, named("x"), answer(fifty))
			}
			// Two in each moment.
			last := s.comment(t, post, Approved, named(fmt.Sprint(i)), answer(more), at(10+i/2))
			wanted = append(wanted, last.HTML)
			if i == 20 || i == 51 { // removed, with something below that comes last
				s.comment(t, post, Approved, named("below "+last.HTML), answer(last), at(99+i))
				if _, err := s.move(t.Context(), s.owner, last.ID, Spam); err != nil {
					t.Fatal(err)
				}
				wanted[i] = "-"
			}
		}
		wanted = append(wanted, "below 20", "below 51")
		list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
		if err != nil {
			t.Fatal(err)
		}
		if list.Items[0].More != nil || len(list.Items[0].Replies) != 50 {
			t.Errorf("fifty answers: %d come, more: %v", len(list.Items[0].Replies), list.Items[0].More)
		}
		want(t, "answers", list.Items[1].ReplyCount, 53)
		var first []string
		for _, thread := range list.Items[1].Replies {
			first = append(first, outline([]*Thread{thread}))
		}
		want(t, "the first fifty", first, wanted[:50])
		for _, limit := range []int{1, 2, 3, 100} {
			walked := first
			for at := list.Items[1].More; at != nil; {
				page, of, err := s.Replies(t.Context(), more.ID, Page{Limit: limit, At: at})
				if err != nil {
					t.Fatal(err)
				}
				want(t, "the post", of.Slug, post.Slug)
				want(t, "of all", page.Total, 53)
				for _, thread := range page.Items {
					walked = append(walked, outline([]*Thread{thread}))
				}
				at = page.Next
			}
			want(t, fmt.Sprint("all of them, ", limit, " a page"), walked, wanted)
		}

		hidden := s.comment(t, draft, Approved)
		s.comment(t, draft, Approved, answer(hidden))
		if _, _, err := s.Replies(t.Context(), hidden.ID, Page{}); err != nil {
			t.Error(err)
		}
		s.change(t, s.stored(t, draft.ID), PostChange{Status: Some(Draft)})
		for name, id := range map[string]CommentID{
			"on a draft": hidden.ID, "held": s.comment(t, post, Pending).ID, "an answer": list.Items[0].Replies[0].ID, "none": newID[CommentID](), "garbage": "1 OR 1=1",
		} {
			_, _, err := s.Replies(t.Context(), id, Page{})
			wantError(t, name, err, ErrNotFound)
		}
		checkCounters(t, s)
	})
}

func TestAnAnswerThatSaysThatItIsOlderStandsBelowWhatItAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Imported")
		root := s.comment(t, post, Approved, named("root"), at(50))
		parent := s.comment(t, post, Approved, named("parent"), answer(root), at(60))
		s.comment(t, post, Approved, named("before root"), answer(root), at(10))
		s.comment(t, post, Approved, named("before parent"), answer(parent), at(20))
		s.comment(t, post, Approved, named("after"), answer(parent), at(70))
		list, err := s.Thread(t.Context(), post.ID, NewestFirst, Page{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "thread", outline(list.Items), "root(before root parent(before parent after))")

		// When the parent is on a later page, what answers it stands below the root.
		for i := range 50 {
			s.comment(t, post, Approved, named("x"), answer(root), at(30+i/25))
		}
		if list, err = s.Thread(t.Context(), post.ID, NewestFirst, Page{}); err != nil {
			t.Fatal(err)
		}
		want(t, "a long thread", strings.ReplaceAll(outline(list.Items), " x", ""), "root(before root before parent)")
		checkCounters(t, s)
	})
}

func TestModeratorsFindCommentsByAnyFiltersTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		posts := []Post{s.published(t, "One"), s.published(t, "Two", func(c *PostChange) { c.Authors = Some([]string{"ada"}) })}
		type known struct {
			Comment
			answered, reported, staff bool
			words                     string
		}
		var all []known
		texts := []string{"An apple a day", "Pear trees, and apples", "Nothing", "Ünder the pear tree"}
		for i := range 48 {
			k := known{words: texts[i%4]}
			k.Comment = s.comment(t, posts[i%2], commentStatuses[i/2%4], func(n *NewComment) {
				n.Source, n.KeyHash, n.Name = k.words, fmt.Sprint("key ", i%3), fmt.Sprint("Reader", i%3)
				n.Email = ptr(fmt.Sprintf("reader%d@example.org", i%3))
			})
			k.words += " " + k.AuthorName
			if k.Status == Approved && i%3 == 0 {
				k.answered = true
				reply, err := s.CreateComment(t.Context(), s.owner, NewComment{PostID: k.PostID, ParentID: &k.ID, Name: "Mira", Source: "Quite: apple", HTML: "x", Judged: Judged{Status: Approved}})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, known{Comment: reply, staff: true, words: "Quite: apple Mira"})
			}
			if k.Status == Approved && i%4 == 3 {
				k.reported = true
				if _, err := s.ReportComment(t.Context(), "another key", k.ID, "why"); err != nil {
					t.Fatal(err)
				}
			}
			all = append(all, k)
		}
		gone := s.comment(t, posts[0], Approved, named("An apple that has gone"))
		s.comment(t, posts[0], Pending, answer(s.comment(t, posts[0], Approved, named("kept"))))
		s.comment(t, posts[0], Approved, answer(gone), named("x"))
		if err := s.remove(t.Context(), s.owner, gone.ID); err != nil { // its place is in no list
			t.Fatal(err)
		}
		rest, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "ruth", Page: Page{Limit: 100}})
		if err != nil || len(rest.Items) != 3 {
			t.Fatalf("Ruth wrote %d (%v)", len(rest.Items), err)
		}
		for _, c := range rest.Items {
			all = append(all, known{Comment: c, words: c.Source + " Ruth"})
		}
		finds := map[string]func(k known) bool{
			"":                      func(known) bool { return true },
			"apple":                 func(k known) bool { return strings.Contains(strings.ToLower(k.words), "apple") },
			"pear TREE":             func(k known) bool { return strings.Contains(strings.ToLower(k.words), "pear tree") },
			"TREE pear":             func(k known) bool { return strings.HasPrefix(k.words, "Ünder") }, // only the last word may go on
			"under":                 func(k known) bool { return strings.HasPrefix(k.words, "Ünder") },
			"reader2":               func(k known) bool { return k.AuthorName == "Reader2" },
			" Reader1@Example.org ": func(k known) bool { return k.AuthorName == "Reader1" },
			"nobody@example.org":    func(known) bool { return false },
			"example":               func(known) bool { return false }, // addresses are in no index of words
			"%":                     func(known) bool { return false },
			`" OR NEAR(`:            func(known) bool { return false },
		}
		check := func(by Actor, q CommentQuery, words string) {
			t.Helper()
			q.Words = words
			var wanted []CommentID
			for _, k := range all {
				if (q.Status == "" || k.Status == q.Status) && (q.Post == "" || k.PostID == q.Post) && (q.Commenter == "" || k.CommenterID != nil && *k.CommenterID == q.Commenter) &&
					(q.Answered == nil || *q.Answered && k.answered || !*q.Answered && !k.answered && !k.staff) && (!q.Reported || k.reported) &&
					(by.Role != auth.Author || k.PostID == posts[1].ID) && finds[words](k) {
					wanted = append(wanted, k.ID)
				}
			}
			slices.Sort(wanted)
			if !q.Oldest {
				slices.Reverse(wanted)
			}
			q.Page = Page{Limit: 100}
			list, err := s.Comments(t.Context(), by, q)
			if err != nil {
				t.Fatalf("%s %+v: %v", by.Role, q, err)
			}
			var got []CommentID
			for _, c := range list.Items {
				got = append(got, c.ID)
				if c.Post == nil || (c.CommenterID != nil) != (c.Commenter != nil) || (c.UserID != nil) != (c.Author != nil) {
					t.Errorf("%s lacks what belongs to it: %+v", c.ID, c)
				}
			}
			want(t, fmt.Sprintf("%s %+v", by.Role, q), got, wanted)
			want(t, fmt.Sprintf("total for %s %+v", by.Role, q), list.Total, len64(wanted))
		}
		yes, no := true, false
		reader := *all[len(all)-8].CommenterID
		for words := range finds {
			check(s.owner, CommentQuery{}, words)
			check(ada, CommentQuery{}, words)
		}
		for _, q := range []CommentQuery{
			{Status: Pending}, {Status: Approved}, {Status: Spam}, {Status: Trash}, {Post: posts[0].ID}, {Post: posts[1].ID}, {Commenter: reader}, {Answered: &yes}, {Answered: &no},
			{Reported: true}, {Oldest: true}, {Commenter: newID[CommenterID]()},
		} {
			check(s.owner, q, "")
			check(ada, q, "")
		}
		r := rand.New(rand.NewPCG(1, 7))
		one := func(words ...string) string { return words[r.IntN(len(words))] }
		for range 150 {
			q := CommentQuery{
				Status: CommentStatus(one("", "", "pending", "approved", "approved", "spam")), Post: PostID(one("", "", string(posts[0].ID), string(posts[1].ID))),
				Commenter: CommenterID(one("", "", "", string(reader))), Answered: []*bool{nil, nil, &yes, &no}[r.IntN(4)], Reported: r.IntN(4) == 0, Oldest: r.IntN(2) == 0,
			}
			check([]Actor{s.owner, s.owner, ada}[r.IntN(3)], q, one("", "apple", "pear TREE", "reader2", " Reader1@Example.org "))
		}
		for name, q := range map[string]CommentQuery{"status": {Status: "published"}, "post": {Post: "1 OR 1=1"}, "reader": {Commenter: "'"}} {
			if list, err := s.Comments(t.Context(), s.owner, q); err != nil || len(list.Items) != 0 || list.Total != 0 {
				t.Errorf("a %s that is none finds %d (%v)", name, len(list.Items), err)
			}
		}
		for name, words := range map[string]string{"long": strings.Repeat("x", 201), "many words": strings.Repeat("x ", 11)} {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: words})
			wantInvalid(t, name, err, "q")
		}
	})
}

// An author sees the comments on her posts, and no other, in every list, whatever has happened to posts, people and comments since they were written.
func TestAnAuthorsListsHoldWhatIsOnHerPosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada, ben := s.person(t, "Ada", auth.Author), s.person(t, "Ben", auth.Author)
		write := func(title string, authors ...Actor) Post {
			return s.published(t, title, func(c *PostChange) {
				var ids []string
				for _, author := range authors {
					ids = append(ids, string(author.User))
				}
				c.Authors = Some(ids)
			})
		}
		hers, his, both, none := write("Hers", ada), write("His", ben), write("Both", ben, ada), write("None", s.owner)
		random := rand.New(rand.NewPCG(1, 2))
		var all []Comment
		for i, post := range []Post{hers, his, both, none, hers, both, his, hers, none, both, hers, hers} {
			status := []CommentStatus{Approved, Pending, Spam, Approved}[i%4]
			c := s.comment(t, post, status, named(fmt.Sprint("n", i)), at(random.IntN(6)))
			all = append(all, c)
			if status == Approved && i%3 == 0 {
				all = append(all, s.comment(t, post, Approved, answer(c), at(random.IntN(6))))
			}
		}
		yes, no := true, false
		check := func(what string) {
			t.Helper()
			for _, by := range []Actor{ada, ben} {
				for name, q := range map[string]CommentQuery{
					"all": {}, "oldest": {Oldest: true}, "approved": {Status: Approved}, "held": {Status: Pending}, "spam": {Status: Spam}, "trash": {Status: Trash},
					"answered": {Answered: &yes}, "not answered": {Answered: &no}, "approved, answered": {Status: Approved, Answered: &yes},
				} {
					sql := "SELECT c.id FROM comments c WHERE erased_at IS NULL AND EXISTS (SELECT 1 FROM post_authors pa WHERE pa.post_id = c.post_id AND pa.user_id = ?)"
					args := []any{by.User}
					if q.Status != "" {
						sql, args = sql+" AND status = ?", append(args, q.Status)
					}
					if q.Answered != nil && *q.Answered {
						sql += " AND staff_answers > 0"
					} else if q.Answered != nil {
						sql += " AND user_id IS NULL AND staff_answers = 0"
					}
					order := " ORDER BY created_at DESC, id DESC"
					if q.Oldest {
						order = " ORDER BY created_at, id"
					}
					wanted, err := query[CommentID](t.Context(), s.reader, sql+order, args...)
					if err != nil {
						t.Fatal(err)
					}
					var got []CommentID
					q.Page.Limit = 2
					for {
						list, err := s.Comments(t.Context(), by, q)
						if err != nil {
							t.Fatal(err)
						}
						want(t, what+", "+name+": in all", list.Total, len64(wanted))
						for _, c := range list.Items {
							got = append(got, c.ID)
						}
						if list.Next == nil {
							break
						}
						q.Page.At = list.Next
					}
					want(t, what+", "+name, got, wanted)
					if len(wanted) > 3 { // and back again from the third
						q.Page.At = list3(t, s, by, q)
						list, err := s.Comments(t.Context(), by, q)
						if err != nil {
							t.Fatal(err)
						}
						want(t, what+", "+name+", before the third", []CommentID{list.Items[0].ID, list.Items[1].ID}, wanted[:2])
					}
				}
			}
		}
		check("as written")
		if _, err := s.move(t.Context(), s.owner, all[0].ID, Trash); err != nil {
			t.Fatal(err)
		}
		check("one in the trash")
		if err := s.remove(t.Context(), s.owner, all[2].ID); err != nil {
			t.Fatal(err)
		}
		check("one deleted")
		s.change(t, s.stored(t, hers.ID), PostChange{Authors: Some([]string{string(ben.User)})})
		s.change(t, s.stored(t, none.ID), PostChange{Authors: Some([]string{string(ada.User), string(ben.User)})})
		check("written by others")
		for _, role := range []auth.Role{auth.Editor, auth.Author} {
			if _, err := s.ChangeUser(t.Context(), s.owner, ada.User, UserChange{Role: Some(role)}, ""); err != nil {
				t.Fatal(err)
			}
			if role == auth.Editor {
				want(t, "kept of an editor", s.number(t, "SELECT count(*) FROM author_comments WHERE user_id IN (SELECT id FROM users WHERE role = 'editor')"), 0)
			}
		}
		check("an author again")
		if err := s.DeletePost(t.Context(), s.owner, both.ID, s.stored(t, both.ID).Version); err != nil {
			t.Fatal(err)
		}
		check("a post deleted")
		want(t, "kept of what has gone", s.number(t, "SELECT count(*) FROM author_comments WHERE comment_id NOT IN (SELECT id FROM comments)"), 0)
	})
}

// list3 is where the third of a list stands, to be read from backwards.
func list3(t *testing.T, s site, by Actor, q CommentQuery) *Position {
	t.Helper()
	q.Page = Page{Limit: 3}
	list, err := s.Comments(t.Context(), by, q)
	if err != nil {
		t.Fatal(err)
	}
	at := listedComment{list.Items[2].ID, list.Items[2].CreatedAt}.key().position()
	at.Before = true
	return at
}

// Of a word that hundreds of comments hold, a search shows each once, to its last page, and says there of how many it knows.
func TestACommonWordIsFoundInEveryCommentThatHasIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		hers := s.published(t, "Hers", func(c *PostChange) { c.Authors = Some([]string{string(ada.User)}) })
		others := s.published(t, "Others")
		var rows []NewComment
		for i := range 700 {
			post, status, text := others, Approved, "common"
			if i%50 == 0 {
				post = hers
			}
			if i%100 == 1 {
				status = Trash
			}
			if i%350 == 2 {
				text = "commons"
			}
			if i%7 == 3 {
				text = "other"
			}
			n := NewComment{PostID: post.ID, Name: "Ruth", Source: text, HTML: text, Judged: Judged{Status: status}}
			at(i)(&n)
			rows = append(rows, n)
		}
		for _, n := range rows {
			if _, err := s.CreateComment(t.Context(), s.owner, n); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			by    Actor
			q     CommentQuery
			where string
		}{
			"all":                 {s.owner, CommentQuery{Words: "common"}, "1 = 1"},
			"oldest":              {s.owner, CommentQuery{Words: "common", Oldest: true}, "1 = 1"},
			"in the trash":        {s.owner, CommentQuery{Words: "common", Status: Trash}, "status = 'trash'"},
			"approved":            {s.owner, CommentQuery{Words: "common", Status: Approved}, "status = 'approved'"},
			"held":                {s.owner, CommentQuery{Words: "common", Status: Pending}, "status = 'pending'"},
			"of a post":           {s.owner, CommentQuery{Words: "common", Post: hers.ID}, "post_id = '" + string(hers.ID) + "'"},
			"of an author":        {ada, CommentQuery{Words: "common"}, "post_id = '" + string(hers.ID) + "'"},
			"the other word":      {s.owner, CommentQuery{Words: "commons"}, "source = 'commons'"},
			"a word nobody wrote": {s.owner, CommentQuery{Words: "commonest"}, "1 = 0"},
		} {
			order := " DESC"
			if c.q.Oldest {
				order = ""
			}
			wanted, err := query[CommentID](t.Context(), s.reader, "SELECT id FROM comments WHERE source LIKE 'common%' AND "+c.where+" ORDER BY created_at"+order+", id"+order)
			if err != nil {
				t.Fatal(err)
			}
			var got []CommentID
			c.q.Page.Limit = 40
			for pages := 0; ; pages++ {
				list, err := s.Comments(t.Context(), c.by, c.q)
				if err != nil {
					t.Fatal(err)
				}
				if list.Total > len64(wanted) || list.Total < len64(wanted) && !list.Capped {
					t.Errorf("%s: %d in all (capped: %t), not %d", name, list.Total, list.Capped, len(wanted))
				}
				for _, comment := range list.Items {
					got = append(got, comment.ID)
				}
				if list.Next == nil || pages > 100 {
					break
				}
				c.q.Page.At = list.Next
			}
			want(t, name, got, wanted)
		}
	})
}
