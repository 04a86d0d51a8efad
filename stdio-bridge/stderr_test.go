// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestStderrReachesItsReaderOnly(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "echo geheim >&2; cat")
	reader := bufio.NewReader(dialAs(t, r.stderrSocket, ourUID()))
	conn := r.dial()
	expectEcho(t, conn, "out\n")
	for line := ""; line != "geheim"; {
		line = readLine(t, reader)
	}
	if strings.Contains(r.log.String(), "geheim") {
		t.Error("the child's stderr is in the bridge's own")
	}
}

func TestStderrFloodWithoutReaderBlocksNothingAndKeepsTheLastLines(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "seq 1 400000 >&2; echo done; cat")
	conn := r.dial()
	if got := readLine(t, bufio.NewReader(conn)); got != "done" {
		t.Fatalf("got %q", got)
	}
	expectKeptLines(t, r, 400_000)
}

func TestStderrReaderThatDoesNotReadBlocksNothing(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "seq 1 400000 >&2; echo done; cat")
	stuck := dialAs(t, r.stderrSocket, ourUID())
	conn := r.dial()
	if got := readLine(t, bufio.NewReader(conn)); got != "done" {
		t.Fatalf("got %q", got)
	}
	must(t, stuck.Close())
}

// expectKeptLines expects a notice, then whole consecutive numbers up to the last one.
func expectKeptLines(t *testing.T, r *running, last int) {
	t.Helper()
	reader := bufio.NewReader(dialAs(t, r.stderrSocket, ourUID()))
	noticed, previous := false, 0
	for previous != last {
		line := readLine(t, reader)
		if strings.Contains(line, "bytes of the server's stderr were dropped here") {
			noticed, previous = true, 0
			continue
		}
		var n int
		if _, err := fmt.Sscanf(line, "%d", &n); err != nil {
			continue // the bridge's own lines
		}
		if noticed && previous != 0 && n != previous+1 {
			t.Fatalf("%d follows %d", n, previous)
		}
		previous = n
	}
	if !noticed {
		t.Error("nothing said that lines are missing")
	}
}

func TestOnlyOneStderrReaderAtATime(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "echo text >&2; cat")
	first := dialAs(t, r.stderrSocket, ourUID())
	in := bufio.NewReader(first)
	_ = readLine(t, in) // the line about listening: the first reader is served
	if got := expectClosed(t, dialAs(t, r.stderrSocket, ourUID())); got != "" {
		t.Errorf("the second got %q", got)
	}
	r.waitForLog("refused a second reader of stderr; close the first one before")
	expectEcho(t, r.dial(), "hello")
	for line := ""; line != "text"; {
		line = readLine(t, in)
	}
}

func TestLastWordsReachTheReaderWhenTheBridgeStops(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "cat; seq 1 5000 >&2; echo last words >&2")
	reader := dialAs(t, r.stderrSocket, ourUID())
	conn := r.dial()
	expectEcho(t, conn, "hello")
	r.terminate()
	r.waitForLog("listening")
	must(t, conn.Close())
	all, err := io.ReadAll(reader)
	must(t, err)
	// The bridge's own line about the end may stand between lines that were still on their way.
	for _, last := range []string{"\n5000\n", "\nlast words\n"} {
		if !strings.Contains(string(all), last) {
			t.Errorf("got %d bytes without %q", len(all), last)
		}
	}
	if code := r.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestStderrLogDropsWholeLines(t *testing.T) {
	s := newStderrLog()
	long := strings.Repeat("s", stderrKept-4)
	_, _ = s.Write([]byte("a\n" + long + "\n"))
	if s.dropped != 0 {
		t.Fatalf("dropped %d bytes of %d", s.dropped, s.end)
	}
	_, _ = s.Write([]byte("xyz\n"))
	if got := s.end - s.sent; got != 4 {
		t.Errorf("kept %d bytes, want the last line only", got)
	}
	_, _ = s.Write([]byte(long + long + "tail of the long line"))
	if got := s.end - s.sent; got != 0 {
		t.Errorf("kept %d bytes of a line whose beginning is gone", got)
	}
	_, _ = s.Write([]byte("\nnext"))
	if got := s.end - s.sent; got != 4 {
		t.Errorf("kept %d bytes, want `next`", got)
	}
}
