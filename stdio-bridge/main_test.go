// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func runHere(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, &out, &err)
	return code, out.String(), err.String()
}

func TestSaysEveryProblemOfACommandLineAtOnce(t *testing.T) {
	long := "/" + strings.Repeat("x", 107)
	cases := []struct {
		args, want string
	}{
		{"", "stdio-bridge: no subcommand given; say `serve` or `drain`, or see `stdio-bridge --help`\n"},
		{"server", "stdio-bridge: unknown subcommand `server`; say `serve` or `drain`, or see `stdio-bridge --help`\n"},
		{"serve", "" +
			"stdio-bridge: serve: --socket: missing; see `stdio-bridge --help`\n" +
			"stdio-bridge: serve: --stderr-socket: missing; see `stdio-bridge --help`\n" +
			"stdio-bridge: serve: --peer-uid: missing; see `stdio-bridge --help`\n" +
			"stdio-bridge: serve: no command given; write `--` and the MCP server's command after the options, such as `-- vllm-mcp-server`\n"},
		{"serve --socket x --stderr-socket=" + long + " --peer-uid -1 --stop-grace 5 --linger 2h --max-connections 0 --uid 3 extra --socket /a --peer-uid -- cat", "" +
			"stdio-bridge: serve: --socket: `x` is not an absolute path; begin it with `/`\n" +
			"stdio-bridge: serve: --stderr-socket: `" + long + "` has 108 bytes; a unix socket's path has at most 107, so shorten it\n" +
			"stdio-bridge: serve: --peer-uid: `-1` is not allowed; give a whole number from 0 to 4294967294\n" +
			"stdio-bridge: serve: --stop-grace: `5` is not allowed; give a duration with its unit, from 0s to 5m0s, such as `5s`\n" +
			"stdio-bridge: serve: --linger: `2h` is not allowed; give a duration with its unit, from 0s to 1h0m0s, such as `5s`\n" +
			"stdio-bridge: serve: --max-connections: `0` is not allowed; give a whole number from 1 to 64\n" +
			"stdio-bridge: serve: unknown option `--uid`; see `stdio-bridge --help`\n" +
			"stdio-bridge: serve: unexpected argument `extra`; options start with `--`, and the command follows `--`\n" +
			"stdio-bridge: serve: --socket: given twice; keep one\n" +
			"stdio-bridge: serve: --peer-uid: given twice; keep one\n"},
		{"serve --socket /a/b --stderr-socket /a//b --peer-uid 4294967295 -- cat", "" +
			"stdio-bridge: serve: --peer-uid: `4294967295` is not allowed; give a whole number from 0 to 4294967294\n" +
			"stdio-bridge: serve: --stderr-socket: `/a//b` is also --socket; give it a path of its own\n"},
		{"serve --socket --stderr-socket /b --peer-uid 1 -- cat", "stdio-bridge: serve: --socket: no value given; write `--socket VALUE`\n"},
		{"drain --timeout 0s --socket /a -- cat", "" +
			"stdio-bridge: drain: --timeout: `0s` is not allowed; give a duration with its unit, from 1ms to 1h0m0s, such as `5s`\n" +
			"stdio-bridge: drain: `drain` takes no command; remove what follows `--`\n"},
	}
	for _, c := range cases {
		code, _, stderr := runHere(strings.Fields(c.args)...)
		if code != 2 || stderr != c.want {
			t.Errorf("%q: exit code %d, got\n%swant\n%s", c.args, code, stderr, c.want)
		}
	}
}

func TestReadsEveryOption(t *testing.T) {
	o, err := parseServe(strings.Fields("--socket /a --stderr-socket=/b --peer-uid 64207 --stop-grace 1s --linger=2m --max-connections 7 -- x -- --y"))
	must(t, err)
	if o.socket != "/a" || o.stderrSocket != "/b" || o.peerUID != 64207 || o.stopGrace.String() != "1s" ||
		o.linger.String() != "2m0s" || o.maxConnections != 7 || strings.Join(o.command, " ") != "x -- --y" {
		t.Errorf("got %+v", o)
	}
}

func TestHelpAndVersionGoToStdout(t *testing.T) {
	if code, stdout, stderr := runHere("--help"); code != 0 || stdout != help || stderr != "" {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	if code, stdout, stderr := runHere("--version"); code != 0 || stdout != "stdio-bridge "+version+"\n" || stderr != "" {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
}

func TestDrainEndsWhenTheSidecarCloses(t *testing.T) {
	path := filepath.Join(folder(t), "drain.sock")
	l, err := net.Listen("unix", path)
	must(t, err)
	defer l.Close()
	codes := make(chan int)
	go func() {
		code, _, _ := runHere("drain", "--socket", path)
		codes <- code
	}()
	conn, err := l.Accept()
	must(t, err)
	_, err = conn.Write([]byte("2 calls left\n"))
	must(t, err)
	select {
	case <-codes:
		t.Error("ended while the sidecar was still busy")
	default:
	}
	must(t, conn.Close())
	if code := <-codes; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestDrainThatTakesTooLongFails(t *testing.T) {
	path := filepath.Join(folder(t), "drain.sock")
	l, err := net.Listen("unix", path)
	must(t, err)
	defer l.Close()
	code, _, stderr := runHere("drain", "--socket", path, "--timeout", "100ms")
	want := "stdio-bridge: drain: the sidecar still had calls in flight after `100ms` and they will be cut off; raise --timeout and the pod's terminationGracePeriodSeconds above the longest call\n"
	if code != 1 || stderr != want {
		t.Errorf("exit code %d, got\n%swant\n%s", code, stderr, want)
	}
}

func TestDrainWithoutSidecarFails(t *testing.T) {
	path := filepath.Join(folder(t), "drain.sock")
	code, _, stderr := runHere("drain", "--socket", path)
	want := "stdio-bridge: drain: cannot reach the sidecar at `" + path + "`: no such file or directory; run this in the sidecar's own container while the sidecar runs, with the path of its drain socket as --socket\n"
	if code != 1 || stderr != want {
		t.Errorf("exit code %d, got\n%swant\n%s", code, stderr, want)
	}
}
