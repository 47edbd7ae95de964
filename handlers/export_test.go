package handlers

import "strings"

// Routes lists what the router serves, as the document writes it: "GET /api/v1/posts/{slug}".
func (s *Server) Routes() []string {
	var all []string
	for _, route := range s.engine.Routes() {
		segments := strings.Split(route.Path, "/")
		for i, segment := range segments {
			if name, isParameter := strings.CutPrefix(segment, ":"); isParameter {
				segments[i] = "{" + name + "}"
			}
		}
		all = append(all, route.Method+" "+strings.Join(segments, "/"))
	}
	return all
}

// Forget makes the server make every answer anew.
func (s *Server) Forget() { s.answers.ClearAll() }

// Kept is how many answers the server keeps, and how many bytes they take.
func (s *Server) Kept() (entries int, bytes uint64) { return s.answers.Entries(), s.answers.Bytes() }

// Keeps tells whether an answer is there for whoever asks next.
func (s *Server) Keeps(key string) bool {
	_, there := s.answers.Get(key)
	return there
}
