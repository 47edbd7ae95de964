package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// recorded is an answer of Dimmer that bare gin repeats.
type recorded struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

type bareCommand struct {
	Headers string `enum:"all,type" default:"all" help:"Which headers come with the bytes: all that Dimmer sends, or the type alone."`
}

// Run serves recorded answers from memory with nothing but gin, the first at /0, the second at /1, whatever the request says.
func (cmd bareCommand) Run(ctx context.Context, c *console) error {
	var answers []recorded
	if err := json.NewDecoder(c.in).Decode(&answers); err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	for i, a := range answers {
		engine.GET("/"+strconv.Itoa(i), a.handler(cmd.Headers == "all"))
	}
	return serveBare(ctx, c, engine)
}

func (a recorded) handler(allHeaders bool) gin.HandlerFunc {
	contentType := a.Header.Get("Content-Type")
	coding := a.Header.Get("Content-Encoding")
	a.Header.Del("Date") // net/http writes it
	switch {
	case allHeaders:
		return func(g *gin.Context) {
			header := g.Writer.Header()
			for name, values := range a.Header {
				header[name] = values
			}
			g.Writer.WriteHeader(a.Status)
			if a.Status == http.StatusNotModified {
				g.Writer.WriteHeaderNow()
				return
			}
			_, _ = g.Writer.Write(a.Body)
		}
	case a.Status == http.StatusNotModified:
		return func(g *gin.Context) { g.Status(a.Status) }
	case coding != "": // without it nobody could read the bytes
		return func(g *gin.Context) {
			g.Header("Content-Encoding", coding)
			g.Data(a.Status, contentType, a.Body)
		}
	}
	return func(g *gin.Context) { g.Data(a.Status, contentType, a.Body) }
}

// serveBare serves with nothing but gin until ctx ends, and says where.
func serveBare(ctx context.Context, c *console, engine *gin.Engine) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: engine, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = web.Close() })
	_, _ = fmt.Fprintf(c.out, "listening on http://%s\n", listener.Addr())
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
