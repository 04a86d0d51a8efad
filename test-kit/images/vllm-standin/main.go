// SPDX-License-Identifier: Apache-2.0

// vllm-standin answers as a small vLLM does: health, models, completions (whole and as a stream) and the two metrics that say how busy it is. It needs
// no model and no GPU: it repeats what it was told, one word per token delay.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	model := flag.String("model", environment("VLLM_MODEL", "stand-in"), "the model that it says it serves; also VLLM_MODEL")
	port := flag.Int("port", 8000, "the port to listen on, 0 for a free one")
	tokenDelay := flag.Duration("token-delay", duration("VLLM_TOKEN_DELAY", 10*time.Millisecond), "the time that one word takes; also VLLM_TOKEN_DELAY")
	concurrency := flag.Int("max-num-seqs", 256, "requests that run at once; the others wait")
	flag.Parse()
	listener, err := net.Listen("tcp", fmt.Sprintf(":%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("serving the stand-in for model %s on %s", *model, listener.Addr())
	if err := serve(listener, newServer(*model, *tokenDelay, *concurrency)); err != nil {
		log.Fatal(err)
	}
}

// serve returns half a second after SIGTERM or SIGINT at the latest, whatever still runs.
func serve(listener net.Listener, handler http.Handler) error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-stop.Done():
	}
	grace, done := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer done()
	if err := server.Shutdown(grace); errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	} else {
		return err
	}
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func duration(name string, otherwise time.Duration) time.Duration {
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	parsed, err := time.ParseDuration(value)
	if err != nil {
		log.Fatalf("%s is `%s`: must be a duration such as 10ms", name, value)
	}
	return parsed
}
