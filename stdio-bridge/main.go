// SPDX-License-Identifier: Apache-2.0

// Command stdio-bridge serves a stdio MCP server on a unix socket, to one user id only. It is process 1 of the
// server's container; the policy sidecar in the same pod is the only peer that it talks to.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// version is set by build.sh.
var version = "dev"

const help = `stdio-bridge serves a stdio MCP server on a unix socket, to one user id only

usage:
  stdio-bridge serve --socket PATH --stderr-socket PATH --peer-uid N [options] -- COMMAND [ARGS...]
  stdio-bridge drain --socket PATH [--timeout 25s]
  stdio-bridge --help | --version

serve: every accepted connection starts COMMAND (no shell) and copies raw bytes both ways
  --socket PATH          absolute path of the socket that carries stdin and stdout
  --stderr-socket PATH   absolute path of the socket that carries the stderr of all children; one reader at a time
  --peer-uid N           the only user id whose connections are accepted (the sidecar's)
  --stop-grace 5s        wait between SIGTERM and SIGKILL when a child is ended; 0s to 5m
  --linger 30s           after SIGTERM, how long children are kept while the sidecar still holds its connections; 0s to 1h
  --max-connections 4    connections, hence children, at the same time; 1 to 64

drain: asks the sidecar to finish its calls, and waits until it has; for the sidecar's preStop hook
  --socket PATH          absolute path of the sidecar's drain socket
  --timeout 25s          how long to wait; 1ms to 1h

exit codes: 0 done (serve: ended by SIGTERM; drain: drained), 1 failed, 2 wrong usage
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	first := ""
	if len(args) > 0 {
		first = args[0]
	}
	var err error
	switch first {
	case "--help", "-h", "help":
		fmt.Fprint(stdout, help)
		return 0
	case "--version":
		fmt.Fprintln(stdout, "stdio-bridge", version)
		return 0
	case "serve":
		var o serveOptions
		if o, err = parseServe(args[1:]); err == nil {
			err = serve(o, stderr)
		}
	case "drain":
		var o drainOptions
		if o, err = parseDrain(args[1:]); err == nil {
			err = drain(o)
		}
	case "":
		err = usageError{"no subcommand given; say `serve` or `drain`, or see `stdio-bridge --help`"}
	default:
		err = usageError{fmt.Sprintf("unknown subcommand `%s`; say `serve` or `drain`, or see `stdio-bridge --help`", first)}
	}
	if err == nil {
		return 0
	}
	prefix := "stdio-bridge: "
	if first == "serve" || first == "drain" {
		prefix += first + ": "
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintln(stderr, prefix+line)
	}
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}
