// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func start(t *testing.T, tokenDelay time.Duration, concurrency int) string {
	t.Helper()
	standin := httptest.NewServer(newServer("tiny", tokenDelay, concurrency))
	t.Cleanup(func() {
		standin.CloseClientConnections()
		standin.Close()
	})
	return standin.URL
}

func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func expect(t *testing.T, status, wantedStatus int, body string, wanted ...string) {
	t.Helper()
	if status != wantedStatus {
		t.Errorf("status %d, wanted %d: %s", status, wantedStatus, body)
	}
	for _, part := range wanted {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
}

func TestTellsHealthAndModel(t *testing.T) {
	url := start(t, 0, 1)
	status, body := call(t, "GET", url+"/health", "")
	expect(t, status, 200, body)
	status, body = call(t, "GET", url+"/v1/models", "")
	expect(t, status, 200, body, `"id":"tiny"`, `"object":"list"`)
}

func TestAnswersChatAndCompletion(t *testing.T) {
	url := start(t, 0, 1)
	status, body := call(t, "POST", url+"/v1/chat/completions", `{"model":"tiny","messages":[{"role":"user","content":"one two three"}],"max_tokens":2}`)
	expect(t, status, 200, body, `"content":"one two "`, `"finish_reason":"length"`, `"completion_tokens":2`)
	status, body = call(t, "POST", url+"/v1/completions", `{"prompt":"one two"}`)
	expect(t, status, 200, body, `"text":"one two"`, `"finish_reason":"stop"`)
}

func TestStreamsWordByWord(t *testing.T) {
	url := start(t, time.Millisecond, 1)
	status, body := call(t, "POST", url+"/v1/chat/completions", `{"messages":[{"content":"one two"}],"stream":true}`)
	expect(t, status, 200, body, `"delta":{"content":"one "}`, `"delta":{"content":"two"}`, "data: [DONE]\n\n")
	if events := strings.Count(body, "data: "); events != 4 {
		t.Errorf("%d events, wanted 4: %s", events, body)
	}
}

func TestRefusesOtherModelAndBadBody(t *testing.T) {
	url := start(t, 0, 1)
	status, body := call(t, "POST", url+"/v1/completions", `{"model":"other","prompt":"x"}`)
	expect(t, status, 404, body, "`other` does not exist")
	status, body = call(t, "POST", url+"/v1/completions", `{`)
	expect(t, status, 400, body)
}

func TestCountsRunningAndWaiting(t *testing.T) {
	url := start(t, time.Hour, 1)
	for range 2 {
		go func() {
			if response, err := http.Post(url+"/v1/completions", "application/json", strings.NewReader(`{"prompt":"x"}`)); err == nil {
				response.Body.Close()
			}
		}()
	}
	wanted := []string{`vllm:num_requests_running{engine="0",model_name="tiny"} 1.0`, `vllm:num_requests_waiting{engine="0",model_name="tiny"} 1.0`}
	for deadline := time.Now().Add(5 * time.Second); ; {
		_, body := call(t, "GET", url+"/metrics", "")
		if strings.Contains(body, wanted[0]) && strings.Contains(body, wanted[1]) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(body)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestCountsRequestsByRoute(t *testing.T) {
	url := start(t, 0, 1)
	for range 2 {
		call(t, "POST", url+"/v1/completions", `{"prompt":"x"}`)
	}
	call(t, "GET", url+"/nothing-there", "")
	status, body := call(t, "GET", url+"/metrics", "")
	expect(t, status, 200, body, `http_requests_total{handler="/v1/completions",method="POST"} 2.0`, `http_requests_total{handler="/metrics",method="GET"} 1.0`)
	if strings.Contains(body, "nothing-there") {
		t.Errorf("an unknown path is counted: %s", body)
	}
}

func TestEndsWithinSecondOfSigtermWhileRequestRuns(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(listener, newServer("tiny", time.Hour, 1)) }()
	url := "http://" + listener.Addr().String()
	call(t, "GET", url+"/health", "")
	go func() {
		if response, err := http.Post(url+"/v1/completions", "application/json", strings.NewReader(`{"prompt":"x"}`)); err == nil {
			response.Body.Close()
		}
	}()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Second):
		t.Fatal("still running a second after SIGTERM")
	}
}
