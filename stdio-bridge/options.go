// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usageError is every problem of one command line, one a line.
type usageError []string

func (e usageError) Error() string { return strings.Join(e, "\n") }

type serveOptions struct {
	socket, stderrSocket string
	peerUID              uint32
	stopGrace, linger    time.Duration
	maxConnections       int
	command              []string
}

type drainOptions struct {
	socket  string
	timeout time.Duration
}

func parseServe(args []string) (serveOptions, error) {
	o := serveOptions{stopGrace: 5 * time.Second, linger: 30 * time.Second, maxConnections: 4}
	var p problems
	o.command = p.parse(args, []flag{
		{"--socket", true, p.path(&o.socket)},
		{"--stderr-socket", true, p.path(&o.stderrSocket)},
		// 4294967295 is (uid_t)-1, "no user".
		{"--peer-uid", true, p.number(0, 1<<32-2, func(n int64) { o.peerUID = uint32(n) })},
		{"--stop-grace", false, p.duration(&o.stopGrace, 0, 5*time.Minute)},
		{"--linger", false, p.duration(&o.linger, 0, time.Hour)},
		{"--max-connections", false, p.number(1, 64, func(n int64) { o.maxConnections = int(n) })},
	})
	if o.socket != "" && filepath.Clean(o.socket) == filepath.Clean(o.stderrSocket) {
		p.add("--stderr-socket: `%s` is also --socket; give it a path of its own", o.stderrSocket)
	}
	if len(o.command) == 0 || o.command[0] == "" {
		p.add("no command given; write `--` and the MCP server's command after the options, such as `-- vllm-mcp-server`")
	}
	return o, p.err()
}

func parseDrain(args []string) (drainOptions, error) {
	o := drainOptions{timeout: 25 * time.Second}
	var p problems
	rest := p.parse(args, []flag{
		{"--socket", true, p.path(&o.socket)},
		{"--timeout", false, p.duration(&o.timeout, time.Millisecond, time.Hour)},
	})
	if len(rest) > 0 {
		p.add("`drain` takes no command; remove what follows `--`")
	}
	return o, p.err()
}

// flag is one option; set reports what is wrong with a value to the problems that made it.
type flag struct {
	name     string
	required bool
	set      func(name, value string)
}

// problems collects everything that is wrong with a command line, so that it is mended in one go.
type problems struct{ found usageError }

func (p *problems) add(format string, values ...any) {
	p.found = append(p.found, fmt.Sprintf(format, values...))
}

func (p *problems) err() error {
	if len(p.found) == 0 {
		return nil
	}
	return p.found
}

// parse reads `--name value` and `--name=value` up to `--`, and returns what follows it.
func (p *problems) parse(args []string, flags []flag) (rest []string) {
	seen := map[string]bool{}
	for len(args) > 0 && args[0] != "--" {
		name, value, hasValue := strings.Cut(args[0], "=")
		args = args[1:]
		if !strings.HasPrefix(name, "--") {
			p.add("unexpected argument `%s`; options start with `--`, and the command follows `--`", name)
			continue
		}
		if !hasValue && len(args) > 0 && !strings.HasPrefix(args[0], "--") {
			value, hasValue, args = args[0], true, args[1:]
		}
		known := false
		for _, f := range flags {
			if f.name != name {
				continue
			}
			known = true
			switch {
			case seen[name]:
				p.add("%s: given twice; keep one", name)
			case !hasValue:
				p.add("%s: no value given; write `%s VALUE`", name, name)
			default:
				f.set(name, value)
			}
			seen[name] = true
		}
		if !known {
			p.add("unknown option `%s`; see `stdio-bridge --help`", name)
		}
	}
	for _, f := range flags {
		if f.required && !seen[f.name] {
			p.add("%s: missing; see `stdio-bridge --help`", f.name)
		}
	}
	if len(args) > 0 {
		return args[1:]
	}
	return nil
}

func (p *problems) path(target *string) func(name, value string) {
	const longest = 107 // sun_path of unix(7), less its final NUL
	return func(name, value string) {
		switch {
		case !filepath.IsAbs(value):
			p.add("%s: `%s` is not an absolute path; begin it with `/`", name, value)
		case len(value) > longest:
			p.add("%s: `%s` has %d bytes; a unix socket's path has at most %d, so shorten it", name, value, len(value), longest)
		default:
			*target = value
		}
	}
}

func (p *problems) number(least, most int64, set func(int64)) func(name, value string) {
	return func(name, value string) {
		if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < least || n > most {
			p.add("%s: `%s` is not allowed; give a whole number from %d to %d", name, value, least, most)
		} else {
			set(n)
		}
	}
}

func (p *problems) duration(target *time.Duration, least, most time.Duration) func(name, value string) {
	return func(name, value string) {
		if d, err := time.ParseDuration(value); err != nil || d < least || d > most {
			p.add("%s: `%s` is not allowed; give a duration with its unit, from %s to %s, such as `5s`", name, value, least, most)
		} else {
			*target = d
		}
	}
}
