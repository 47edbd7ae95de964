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
