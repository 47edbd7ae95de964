package handlers

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

//go:embed docs/docs.html
var docsTemplate string

//go:embed docs/docs.css
var docsAssets embed.FS

// docsPage is what the page of the API shows: the OpenAPI document, told for people.
type docsPage struct {
	Title, Version, Lead, Server string
	Parts                        []docsPart
	Limits                       []docsLimit
	Statuses                     []docsStatus
	Problem                      []token
}

// docsPart is one of the worlds that a caller may live in.
type docsPart struct {
	Title, Text string
	Groups      []docsGroup
}

type docsGroup struct {
	ID, Title, Part string
	Operations      []docsOperation
}

type docsOperation struct {
	ID, Method      string
	Path            []docsSegment
	Summary, Text   string
	Access          string
	Scope           string // what an API token needs
	Limit           string
	Parameters      []docsField
	Body            []docsField
	BodyRequired    bool
	BodyLimit       string
	BodyTypes       []string
	Request         []token
	Status          docsStatus // of success
	Answer          []token
	AnswerTypes     []string
	AnswerFields    []docsField
	AnswerHeaders   []string
	Others, Refused []docsStatus
}

// docsSegment is a piece of a path, from one slash to the next.
type docsSegment struct {
	Text      string
	Parameter bool
}

type docsStatus struct {
	Code int
	Text string
}

// Title is the status's name in HTTP.
func (s docsStatus) Title() string { return http.StatusText(s.Code) }

type docsLimit struct{ Title, Text string }

// readDocs serves the page of the API.
func (s *site) readDocs(c *gin.Context) error {
	page, err := s.pages.docs()
	if err != nil {
		return err
	}
	s.setPageHeaders(c, readingPolicy, "strict-origin-when-cross-origin")
	s.write(c, page)
	return nil
}

// newDocs prepares the page of the API. It is written when somebody first asks for it, and then kept: most starts are for other
// things, and it takes about a tenth of one.
func (s *Server) newDocs(rows []route) (func() (*ready, error), error) {
	page, err := template.New("docs").Parse(docsTemplate)
	if err != nil {
		return nil, fmt.Errorf("read the template of the API's page: %w", err)
	}
	startedAt := s.now()
	return sync.OnceValues(func() (*ready, error) {
		var out bytes.Buffer
		if err := page.Execute(&out, s.docsPage(rows)); err != nil {
			return nil, fmt.Errorf("write the API's page: %w", err)
		}
		return readyBytes(contentHTML, out.Bytes(), startedAt), nil
	}), nil
}

// docsPage tells the document. It has no order (JSON has none), so the list of routes gives it.
func (s *Server) docsPage(rows []route) docsPage {
	document := s.api.OpenAPI()
	page := docsPage{
		Title: document.Info.Title, Version: document.Info.Version, Lead: document.Info.Description, Server: s.config.PublicURL,
		Parts: []docsPart{
			{Title: "Delivery", Text: "For frontends and readers. No key and no login; everything may be cached."},
			{Title: "Signing in", Text: "From a password to an access token, and everything about one’s own account."},
			{Title: "Admin", Text: "Writing, moderating, settings. Needs an access token or an API token; nothing is cached."},
			{Title: "Server", Text: "What is served beside the API: pages, pictures, signs of life."},
		},
		Statuses: statusTexts,
	}
	for _, l := range []limit{comment, react, subscribe, login} {
		if slices.ContainsFunc(rows, func(r route) bool { return r.limit == l }) {
			page.Limits = append(page.Limits, docsLimit{limitTitles[l], limitText(l)})
		}
	}
	w := docsWriter{schemas: document.Components.Schemas, server: s.config.PublicURL}
	if problem := w.schemas.Map()["Problem"]; problem != nil {
		page.Problem = w.answerSample("", problem)
	}
	for _, op := range orderedOperations(document, rows) {
		part := &page.Parts[partOf(op.Path)]
		id, title := groupOf(op)
		if !slices.ContainsFunc(part.Groups, func(g docsGroup) bool { return g.ID == id }) {
			part.Groups = append(part.Groups, docsGroup{ID: id, Title: title, Part: part.Title})
		}
		group := slices.IndexFunc(part.Groups, func(g docsGroup) bool { return g.ID == id })
		part.Groups[group].Operations = append(part.Groups[group].Operations, w.operation(op))
	}
	return page
}

// The parts of the page, in its order.
const (
	partDelivery = iota
	partSigningIn
	partAdmin
	partServer
)

func partOf(path string) int {
	switch {
	case strings.HasPrefix(path, authPath+"/"):
		return partSigningIn
	case strings.HasPrefix(path, adminPath+"/"):
		return partAdmin
	case strings.HasPrefix(path, apiPath+"/"):
		return partDelivery
	}
	return partServer
}

// groupOf names the group of an operation, by its tag. No id of a group is that of an operation, which are single words.
func groupOf(op *huma.Operation) (id, title string) {
	switch partOf(op.Path) {
	case partServer:
		return "the-server", "Pages and health"
	case partSigningIn:
		return "the-account", "Account and sessions"
	case partAdmin:
		id = strings.ReplaceAll(op.Tags[0], " ", "-")
		title = strings.TrimPrefix(op.Tags[0], "admin ")
	default:
		id, title = "public-"+op.Tags[0], op.Tags[0]
	}
	return id, strings.ToUpper(title[:1]) + title[1:]
}

// orderedOperations are the operations of the document in the order of the routes; those of the server itself come last.
func orderedOperations(document *huma.OpenAPI, rows []route) []*huma.Operation {
	place := map[string]int{}
	for i, r := range rows {
		place[r.op.OperationID] = i
	}
	var all []*huma.Operation
	for _, item := range document.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if _, known := place[op.OperationID]; !known {
				place[op.OperationID] = len(rows)
			}
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b *huma.Operation) int {
		if byPlace := place[a.OperationID] - place[b.OperationID]; byPlace != 0 {
			return byPlace
		}
		return strings.Compare(a.OperationID, b.OperationID)
	})
	return all
}

// docsWriter tells the parts of the document.
type docsWriter struct {
	schemas huma.Registry
	server  string
}

func (w docsWriter) operation(op *huma.Operation) docsOperation {
	row := op.Metadata["route"].(*route)
	d := docsOperation{
		ID: op.OperationID, Method: op.Method, Path: segments(op.Path), Summary: op.Summary, Text: op.Description,
		Access: accessText[row.access],
	}
	if row.limit != none {
		d.Limit = limitText(row.limit)
	}
	if scope, open := scopeFor(op.Method, op.Path); row.access != anyone {
		d.Scope = string(scope)
		if !open {
			d.Scope = "none: this is for people only"
		}
	}
	for _, in := range []string{"path", "query", "header", "cookie"} {
		for _, p := range op.Parameters {
			if p.In == in {
				d.Parameters = append(d.Parameters, w.parameter(p))
			}
		}
	}
	if op.RequestBody != nil {
		d.BodyRequired, d.BodyLimit = op.RequestBody.Required, bytesText(row.op.MaxBodyBytes)
		for contentType, media := range op.RequestBody.Content {
			d.BodyTypes = append(d.BodyTypes, contentType)
			if contentType == "application/json" {
				d.Body = w.tell(media.Schema, asInput, 3)
			}
		}
		slices.Sort(d.BodyTypes)
	}
	d.Request = w.curl(op, row)
	for status, response := range op.Responses {
		code, err := strconv.Atoi(status)
		switch {
		case err != nil: // "default", which no row uses
		case code >= http.StatusBadRequest:
			d.Refused = append(d.Refused, docsStatus{Code: code})
		case code >= http.StatusMultipleChoices:
			d.Others = append(d.Others, docsStatus{Code: code})
		default:
			d.Status = docsStatus{Code: code}
			for name := range response.Headers {
				d.AnswerHeaders = append(d.AnswerHeaders, name)
			}
			for contentType, media := range response.Content {
				d.AnswerTypes = append(d.AnswerTypes, contentType)
				if contentType == "application/json" && row.kind != bare {
					d.Answer = w.answerSample(op.Path, media.Schema)
					d.AnswerFields = w.tell(media.Schema, asAnswer, 4) // data or its list is the first level
				}
			}
		}
	}
	slices.Sort(d.AnswerHeaders)
	slices.Sort(d.AnswerTypes)
	for _, statuses := range [][]docsStatus{d.Others, d.Refused} {
		slices.SortFunc(statuses, func(a, b docsStatus) int { return a.Code - b.Code })
	}
	return d
}

// segments takes a path apart, so that a narrow screen can break it before a slash.
func segments(path string) []docsSegment {
	var all []docsSegment
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		all = append(all, docsSegment{"/" + part, strings.HasPrefix(part, "{")})
	}
	return all
}

var accessText = map[access]string{
	anyone:    "Anyone",
	member:    "Whoever is signed in",
	moderator: "Moderators, editors, owners; authors for comments on their own posts",

	everyComment: "Moderators, editors, owners",

	author: "Editors, owners; authors for their own posts",
	editor: "Editors, owners",
	owner:  "Owners",
}

var limitTitles = map[limit]string{
	comment: "Comments", react: "Likes, reactions, reports", subscribe: "Subscriptions, forgotten passwords", login: "Passwords",
}

// limitText puts the figures of a limit into words.
func limitText(l limit) string {
	rule, per, unit := rules[l], time.Minute, "minute"
	if rule.Every > per {
		per, unit = time.Hour, "hour"
	}
	text := fmt.Sprintf("%d in one %s from one address", per/rule.Every, unit)
	if rule.Burst > int(per/rule.Every) {
		text = fmt.Sprintf("%s, up to %d at once", text, rule.Burst)
	}
	if l == login {
		text += "; a right password does not count. Wrong ones for one account wait longer each time"
	}
	return text
}

func bytesText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// statusTexts says what each status means here. A test proves that none of the document is missing.
var statusTexts = []docsStatus{
	{200, "Here it is."},
	{201, "It was made. Location says where it is."},
	{202, "It was taken. What follows shows elsewhere, or not at all."},
	{204, "Done; there is nothing to add."},
	{303, "Of a plain HTML form: done. Location is the page that it came from."},
	{304, "You have it already: use what you kept."},
	{308, "It has a new address for good. Location names it."},
	{400, "The request cannot be read: no JSON, a broken query, a foreign cursor."},
	{401, "Who are you? The token is missing, wrong or too old. Sign in or refresh."},
	{403, "You may not. code says why: your role, a closed thread, another site."},
	{404, "It does not exist, or it is hidden. Both look the same."},
	{405, "The address takes other methods. Allow lists them."},
	{406, "Accept-Encoding refuses every form there is."},
	{408, "The body took too long to arrive."},
	{409, "It does not fit what is there, such as a slug that is taken. Read again."},
	{410, "Of a link in a mail: it has been used, its time is over, or what it was about has gone."},
	{412, "Somebody was faster. data holds the thing as it is now."},
	{413, "The body has more bytes than the limit beside it."},
	{415, "Send application/json, in UTF-8 and not compressed."},
	{422, "It can be read, but values are not acceptable. errors names each one."},
	{428, "If-Match is missing: say which version you have seen."},
	{429, "Wait as many seconds as Retry-After says."},
	{500, "A fault of ours. Quote the request_id."},
	{502, "Another server did not do what was asked of it. detail says why."},
	{503, "Too busy right now. Retry-After says when to come back."},
	{507, "There is no room for it on the server."},
}
