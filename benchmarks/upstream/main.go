// SPDX-License-Identifier: Apache-2.0

// upstream is an MCP server over Streamable HTTP that does as little as one can: every call of a tool is answered with 256 bytes of text.
// Usage: upstream ADDRESS. For benchmarks on 127.0.0.1.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

var text = strings.Repeat("x", 256)

func answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost {
		http.Error(w, "POST one message", http.StatusBadRequest)
		return
	}
	var message struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if message.ID == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	result := fmt.Sprintf(`{"content":[{"type":"text","text":"%s"}],"isError":false}`, text)
	switch message.Method {
	case "initialize":
		result = `{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"upstream","version":"1"}}`
	case "tools/list":
		result = `{"tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]}`
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, message.ID, result)
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: upstream ADDRESS")
	}
	http.HandleFunc("/mcp", answer)
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
