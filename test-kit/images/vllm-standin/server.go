// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const maxBodyBytes = 1 << 20

type server struct {
	model      string
	tokenDelay time.Duration
	slots      chan struct{}
	running    atomic.Int64
	waiting    atomic.Int64
	answered   atomic.Int64
	requests   requestCounts
}

func newServer(model string, tokenDelay time.Duration, concurrency int) http.Handler {
	s := &server{model: model, tokenDelay: tokenDelay, slots: make(chan struct{}, concurrency)}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	routes.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, object{"version": "stand-in"}) })
	routes.HandleFunc("GET /v1/models", s.models)
	routes.HandleFunc("POST /v1/chat/completions", s.chat)
	routes.HandleFunc("POST /v1/completions", s.complete)
	routes.HandleFunc("GET /metrics", s.metrics)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, route := routes.Handler(r); route != "" {
			s.requests.add(route)
		}
		routes.ServeHTTP(w, r)
	})
}

type object map[string]any

type request struct {
	Model    string
	Prompt   string
	Messages []struct {
		Role    string
		Content string
	}
	MaxTokens *int `json:"max_tokens"`
	Stream    bool
}

func (s *server) models(w http.ResponseWriter, _ *http.Request) {
	answer(w, 200, object{"object": "list", "data": []object{{
		"id": s.model, "object": "model", "created": 0, "owned_by": "stand-in", "root": s.model, "max_model_len": 4096}}})
}

func (s *server) chat(w http.ResponseWriter, r *http.Request) {
	s.generate(w, r, "chat.completion", func(in request) string {
		if len(in.Messages) == 0 {
			return ""
		}
		return in.Messages[len(in.Messages)-1].Content
	}, func(part string, whole bool) object {
		if whole {
			return object{"message": object{"role": "assistant", "content": part}}
		}
		return object{"delta": object{"content": part}}
	})
}

func (s *server) complete(w http.ResponseWriter, r *http.Request) {
	s.generate(w, r, "text_completion", func(in request) string { return in.Prompt }, func(part string, _ bool) object {
		return object{"text": part}
	})
}

// generate repeats the prompt word by word, within the slots, as one body or as server-sent events.
func (s *server) generate(w http.ResponseWriter, r *http.Request, kind string, prompt func(request) string, choice func(string, bool) object) {
	var in request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBodyBytes)).Decode(&in); err != nil {
		answer(w, 400, failure(400, "the body is not the JSON of a completion request: "+err.Error()))
		return
	}
	if in.Model != "" && in.Model != s.model {
		answer(w, 404, failure(404, fmt.Sprintf("The model `%s` does not exist.", in.Model)))
		return
	}
	if !s.enter(r) {
		return
	}
	defer s.leave()
	text := prompt(in)
	words := strings.SplitAfter(text, " ")
	reason := "stop"
	if in.MaxTokens != nil && *in.MaxTokens < len(words) {
		words, reason = words[:max(*in.MaxTokens, 0)], "length"
	}
	id := fmt.Sprintf("standin-%d", s.answered.Add(1))
	body := func(choice object, suffix string) object {
		choice["index"] = 0
		return object{"id": id, "object": kind + suffix, "created": time.Now().Unix(), "model": s.model, "choices": []object{choice}}
	}
	if in.Stream {
		s.stream(w, r, words, reason, func(choice object) object { return body(choice, ".chunk") }, choice)
		return
	}
	for range words {
		if !s.token(r) {
			return
		}
	}
	whole := choice(strings.Join(words, ""), true)
	whole["finish_reason"] = reason
	out := body(whole, "")
	prompted := len(strings.Fields(text))
	out["usage"] = object{"prompt_tokens": prompted, "completion_tokens": len(words), "total_tokens": prompted + len(words)}
	answer(w, 200, out)
}

func (s *server) stream(w http.ResponseWriter, r *http.Request, words []string, reason string, body func(object) object, choice func(string, bool) object) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	event := func(of object) bool {
		text, err := json.Marshal(body(of))
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", text)
		}
		return err == nil && out.Flush() == nil
	}
	for _, word := range words {
		if !s.token(r) || !event(choice(word, false)) {
			return
		}
	}
	last := choice("", false)
	last["finish_reason"] = reason
	if event(last) {
		_, _ = fmt.Fprint(w, "data: [DONE]\n\n")
	}
}

// enter waits for a slot and counts the wait; false means that the caller went away.
func (s *server) enter(r *http.Request) bool {
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.slots <- struct{}{}:
		s.running.Add(1)
		return true
	case <-r.Context().Done():
		return false
	}
}

func (s *server) leave() {
	s.running.Add(-1)
	<-s.slots
}

func (s *server) token(r *http.Request) bool {
	select {
	case <-time.After(s.tokenDelay):
		return true
	case <-r.Context().Done():
		return false
	}
}

func (s *server) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	gauge := func(name, help string, value int64) {
		_, _ = fmt.Fprintf(w, "# HELP vllm:%s %s\n# TYPE vllm:%s gauge\nvllm:%s{engine=\"0\",model_name=%q} %d.0\n", name, help, name, name, s.model, value)
	}
	gauge("num_requests_running", "Number of requests in model execution batches.", s.running.Load())
	gauge("num_requests_waiting", "Number of requests waiting to be processed.", s.waiting.Load())
	_, _ = fmt.Fprint(w, "# HELP http_requests_total Total number of requests by method and handler, answered or not.\n# TYPE http_requests_total counter\n")
	for _, each := range s.requests.all() {
		method, handler, _ := strings.Cut(each.route, " ")
		_, _ = fmt.Fprintf(w, "http_requests_total{handler=%q,method=%q} %d.0\n", handler, method, each.count)
	}
}

// requestCounts counts requests by route; there are as many as newServer makes.
type requestCounts struct {
	mutex   sync.Mutex
	byRoute map[string]int64
}

type requestCount struct {
	route string
	count int64
}

func (c *requestCounts) add(route string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.byRoute == nil {
		c.byRoute = map[string]int64{}
	}
	c.byRoute[route]++
}

func (c *requestCounts) all() []requestCount {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var counts []requestCount
	for route, count := range c.byRoute {
		counts = append(counts, requestCount{route, count})
	}
	slices.SortFunc(counts, func(a, b requestCount) int { return strings.Compare(a.route, b.route) })
	return counts
}

func failure(code int, message string) object {
	return object{"error": object{"message": message, "type": http.StatusText(code), "param": nil, "code": code}}
}

func answer(w http.ResponseWriter, status int, body object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
