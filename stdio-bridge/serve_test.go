// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// T102: whoever finds the socket is refused, and nothing runs for him.
func TestRefusesEveryOtherUserIDAndStartsNothing(t *testing.T) {
	type peers struct{ right, wrong int }
	cases := []peers{{ourUID() + 1, ourUID()}}
	if ourUID() == 0 { // only root can take on other user ids
		cases = append(cases, peers{64207, 65532}, peers{64207, 0}, peers{0, 64207})
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%d is not %d", c.wrong, c.right), func(t *testing.T) {
			dir := folder(t)
			ran := filepath.Join(dir, "ran")
			r := start(t, setup{dir: dir, uid: c.right}, "/bin/sh", "-c", "touch "+ran+"; cat")
			conn := dialAs(t, r.socket, c.wrong)
			_, _ = conn.Write([]byte("{}\n"))
			got, _ := io.ReadAll(conn) // may end in a reset: nothing was read from it
			errConn := dialAs(t, r.stderrSocket, c.wrong)
			gotErr, _ := io.ReadAll(errConn)
			if len(got)+len(gotErr) > 0 {
				t.Errorf("wrong peer got %q and %q", got, gotErr)
			}
			r.waitForLog(fmt.Sprintf("refused a connection of user id `%d`; only %d, the sidecar, may connect", c.wrong, c.right))
			if ourUID() == 0 { // the right one still gets in, and the mark works
				expectEcho(t, dialAs(t, r.socket, c.right), "hello\n")
				if _, err := os.Stat(ran); err != nil {
					t.Error(err)
				}
			} else if _, err := os.Stat(ran); err == nil {
				t.Error("the command ran")
			}
		})
	}
}

func TestWrongPeersRunNothing(t *testing.T) {
	dir := folder(t)
	ran := filepath.Join(dir, "ran")
	r := start(t, setup{dir: dir, uid: ourUID() + 1}, "/bin/touch", ran)
	for range 50 {
		_, _ = io.ReadAll(dialAs(t, r.socket, ourUID()))
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the command ran")
	}
	if lines := strings.Count(r.log.String(), "refused"); lines == 0 || lines > 10 {
		t.Errorf("%d lines about 50 refusals", lines)
	}
	r.terminate()
	if code := r.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the command ran")
	}
}

func TestSocketsAreOpenToEveryUserID(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "cat")
	for _, path := range []string{r.socket, r.stderrSocket} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode() != fsSocket0666 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
	}
}

const fsSocket0666 = os.ModeSocket | 0o666

func TestBytesArriveUnchanged(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "cat")
	var all []byte
	for a := range 256 {
		all = append(all, byte(a), '\r', '\n', 0, byte(255-a), 0xc3)
	}
	expectEcho(t, r.dial(), string(all))
}

func TestLargeDataGoesBothWaysAtOnce(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "cat")
	conn := r.dial()
	sent := make([]byte, 32<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(sent)
	go func() {
		_, _ = conn.Write(sent)
		_ = conn.CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	must(t, err)
	if !bytes.Equal(got, sent) {
		t.Errorf("sent %d bytes, got %d others", len(sent), len(got))
	}
}

func TestWhatWasSentBeforeClosingReachesTheChild(t *testing.T) {
	dir := folder(t)
	file := filepath.Join(dir, "file")
	r := start(t, setup{dir: dir, uid: ourUID()}, "/bin/sh", "-c", `cat > "$1"`, "sh", file)
	conn := r.dial()
	_, err := conn.Write(bytes.Repeat([]byte("x"), 300_000))
	must(t, err)
	must(t, conn.Close())
	eventually(t, "all bytes in the file", func() bool {
		info, err := os.Stat(file)
		return err == nil && info.Size() == 300_000
	})
}

func TestPassesArgumentsWithoutShellAndTheEnvironment(t *testing.T) {
	odd := []string{"a b", "$HOME;`id`", "", "--", "*", "\xff"}
	r := start(t, setup{uid: ourUID(), env: []string{"GREETING=good day"}},
		append([]string{"/bin/sh", "-c", `printf '%s|' "$GREETING" "$@"`, "sh"}, odd...)...)
	if got, want := expectClosed(t, r.dial()), "good day|"+strings.Join(odd, "|")+"|"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNeverReadsItsOwnStdin(t *testing.T) {
	read, write, err := os.Pipe()
	must(t, err)
	defer read.Close()
	_, _ = write.WriteString("not for the child")
	must(t, write.Close())
	r := start(t, setup{uid: ourUID(), stdin: read}, "cat")
	conn := r.dial()
	expectEcho(t, conn, "only this")
	must(t, conn.CloseWrite())
	if rest := expectClosed(t, conn); rest != "" {
		t.Errorf("got %q too", rest)
	}
	if left, _ := io.ReadAll(read); string(left) != "not for the child" {
		t.Errorf("left in the bridge's stdin: %q", left)
	}
}

func TestEveryConnectionHasItsOwnChild(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "echo $$; cat")
	one, two := r.dial(), r.dial()
	first, second := readPIDs(t, bufio.NewReader(one)), readPIDs(t, bufio.NewReader(two))
	if first[0] == second[0] {
		t.Errorf("both have process %d", first[0])
	}
	must(t, one.Close())
	expectGone(t, first[0])
	expectEcho(t, two, "still here")
}

func TestChildExitClosesTheConnectionAfterItsLastOutput(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "head -c 3000000 /dev/zero; exit 7")
	conn := r.dial()
	if got := expectClosed(t, conn); len(got) != 3_000_000 {
		t.Errorf("got %d bytes", len(got))
	}
	r.waitForLog("the server ended by itself, with exit status `7`")
}

func TestChildExitWithUnreadInputClosesCleanly(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "read line; echo bye")
	conn := r.dial()
	go func() { _, _ = conn.Write([]byte("go\n" + strings.Repeat("never read", 100_000))) }()
	if got := expectClosed(t, conn); got != "bye\n" {
		t.Errorf("got %q", got)
	}
}

func TestCloseEndsTheWholeProcessGroup(t *testing.T) {
	// With this grace only SIGTERM to the whole group is in time.
	r := start(t, setup{uid: ourUID(), flags: []string{"--stop-grace", "5m"}}, "/bin/sh", "-c", "sleep 1000 & (sleep 1001 & echo $! $PPID >/dev/null; echo $!) ; echo $! $$; wait")
	conn := r.dial()
	in := bufio.NewReader(conn)
	pids := append(readPIDs(t, in), readPIDs(t, in)...)
	must(t, conn.Close())
	expectGone(t, pids...)
	r.waitForLog("the server ended after")
}

func TestProcessesThatIgnoreSIGTERMAreKilled(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--stop-grace", "200ms"}}, "/bin/sh", "-c",
		`trap "" TERM; sleep 1000 & echo $! $$; while :; do sleep 1000; done`)
	conn := r.dial()
	pids := readPIDs(t, bufio.NewReader(conn))
	began := time.Now()
	must(t, conn.Close())
	expectGone(t, pids...)
	if took := time.Since(began); took < 200*time.Millisecond {
		t.Errorf("killed after %s, before the grace was over", took)
	}
	r.waitForLog("killed by signal `killed`")
}

func TestGrandchildThatIgnoresSIGTERMIsKilledAfterTheChildEnded(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--stop-grace=200ms"}}, "/bin/sh", "-c",
		`trap "" TERM; sleep 1000 & echo $!; exit 3`)
	conn := r.dial()
	in := bufio.NewReader(conn)
	pids := readPIDs(t, in)
	expectGone(t, pids...)
	if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
		t.Errorf("got %q, %v", rest, err)
	}
	r.waitForLog("with exit status `3`")
}

func TestCloseEndsAChildThatDoesNotReadItsInput(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "echo $$; exec sleep 1000")
	conn := r.dial()
	pids := readPIDs(t, bufio.NewReader(conn))
	must(t, conn.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
	if n, err := conn.Write(make([]byte, 64<<20)); err == nil {
		t.Fatalf("wrote %d bytes that nobody reads", n)
	}
	must(t, conn.Close())
	expectGone(t, pids...)
}

func TestChildThatClosesItsInputIsEnded(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", "exec <&-; echo $$; sleep 1000")
	conn := r.dial()
	in := bufio.NewReader(conn)
	pids := readPIDs(t, in)
	_, err := conn.Write([]byte("nobody reads this\n"))
	must(t, err)
	expectGone(t, pids...)
	_, err = io.ReadAll(in)
	must(t, err)
}

func TestEscapedProcessThatHoldsStdoutDoesNotHoldTheConnection(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--stop-grace", "100ms"}}, "/bin/sh", "-c", `setsid sh -c 'echo $$; exec sleep 1000' & read line`)
	conn := r.dial()
	in := bufio.NewReader(conn)
	pids := readPIDs(t, in)
	_, err := conn.Write([]byte("exit\n"))
	must(t, err)
	_, err = io.ReadAll(in)
	must(t, err)
	if !exists(pids[0]) {
		t.Error("the process did not escape, so this shows nothing")
	}
	_ = syscall.Kill(pids[0], syscall.SIGKILL)
	expectGone(t, pids...)
}

func TestReapsOrphansAndKeepsEveryExitStatus(t *testing.T) {
	cases := map[string]setup{"under another init": {uid: ourUID()}}
	if ourUID() == 0 { // a process namespace of its own needs root
		cases["as process 1"] = setup{uid: 0, process: &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}}
	}
	for name, s := range cases {
		t.Run(name, func(t *testing.T) {
			s.flags = []string{"--max-connections", "64"}
			r := start(t, s, "/bin/sh", "-c", "for i in 1 2 3 4 5; do (true & true &) ; done; read code; exit $code")
			for code := range 20 {
				conn := r.dial()
				_, err := fmt.Fprintln(conn, code)
				must(t, err)
				expectClosed(t, conn)
				r.waitForLog(fmt.Sprintf("the server ended by itself, with exit status `%d`", code))
			}
			eventually(t, "no zombies", func() bool { return len(childrenOf(t, r.cmd.Process.Pid)) == 0 })
		})
	}
}

func TestOrphanThatEndsMuchLaterIsReaped(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "/bin/sh", "-c", `setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' & read line`)
	conn := r.dial()
	in := bufio.NewReader(conn)
	pids := readPIDs(t, in)
	_, err := conn.Write([]byte("exit\n"))
	must(t, err)
	_, err = io.ReadAll(in)
	must(t, err)
	eventually(t, "orphan adopted by the bridge", func() bool { return len(childrenOf(t, r.cmd.Process.Pid)) == 1 && exists(pids[0]) })
	r.waitForLog("the server ended")
	must(t, syscall.Kill(pids[0], syscall.SIGTERM))
	expectGone(t, pids...)
}

func childrenOf(t *testing.T, pid int) (children []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	must(t, err)
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if fields[1] == fmt.Sprint(pid) {
			children = append(children, string(stat))
		}
	}
	return children
}

func TestConnectionsAreBounded(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--max-connections", "2"}}, "cat")
	one, two := r.dial(), r.dial()
	expectEcho(t, one, "1")
	expectEcho(t, two, "2")
	if got := expectClosed(t, r.dial()); got != "" {
		t.Errorf("third got %q", got)
	}
	r.waitForLog("refused a connection: `2` are open, which is --max-connections; close one first")
	must(t, one.Close())
	r.waitForLog("the server ended")
	eventually(t, "a free place", func() bool {
		conn := r.dial()
		_, _ = conn.Write([]byte("x"))
		n, _ := conn.Read(make([]byte, 1))
		return n == 1
	})
}

func TestCommandThatCannotStartLeavesTheBridgeServing(t *testing.T) {
	dir := folder(t)
	command := filepath.Join(dir, "server")
	r := start(t, setup{dir: dir, uid: ourUID()}, command, "--token=geheim")
	stderr := dialAs(t, r.stderrSocket, ourUID())
	if got := expectClosed(t, r.dial()); got != "" {
		t.Errorf("got %q", got)
	}
	want := "cannot start the server `" + command + "`: no such file or directory; the container's command must name a program that its image holds"
	r.waitForLog(want)
	in := bufio.NewReader(stderr)
	for line := ""; !strings.Contains(line, want); {
		line = readLine(t, in)
	}
	must(t, os.WriteFile(command, []byte("not a program"), 0o755))
	expectClosed(t, r.dial())
	r.waitForLog("exec format error")
	must(t, os.WriteFile(command+".new", []byte("#!/bin/sh\nexec cat\n"), 0o755))
	must(t, os.Rename(command+".new", command))
	expectEcho(t, r.dial(), "now it runs")
	if strings.Contains(r.log.String(), "geheim") {
		t.Error("an argument was logged")
	}
}

func TestRemovesAStaleSocket(t *testing.T) {
	dir := folder(t)
	for _, name := range []string{"mcp.sock", "stderr.sock"} {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, name), Net: "unix"})
		must(t, err)
		l.SetUnlinkOnClose(false)
		must(t, l.Close())
	}
	r := start(t, setup{dir: dir, uid: ourUID()}, "cat")
	expectEcho(t, r.dial(), "hello")
}

func TestRefusesToReplaceWhatIsNotAStaleSocket(t *testing.T) {
	cases := map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"file": {func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("precious"), 0o600)) }, "exists and is not a socket"},
		"link": {func(t *testing.T, path string) { must(t, os.Symlink("/etc/passwd", path)) }, "exists and is not a socket"},
		"living socket": {func(t *testing.T, path string) {
			l, err := net.Listen("unix", path)
			must(t, err)
			t.Cleanup(func() { _ = l.Close() })
		}, "belongs to a process that is still listening"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			path := filepath.Join(dir, "mcp.sock")
			c.make(t, path)
			before, err := os.Lstat(path)
			must(t, err)
			r := launch(t, setup{dir: dir, uid: ourUID()}, "cat")
			if code := r.exitCode(); code != 1 {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(r.log.String(), "stdio-bridge: serve: `"+path+"` "+c.want) {
				t.Errorf("log: %s", r.log)
			}
			if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
				t.Errorf("it was replaced: %v", err)
			}
		})
	}
}

func TestAfterSIGTERMTheConnectionLastsUntilTheSidecarClosesIt(t *testing.T) {
	r := start(t, setup{uid: ourUID()}, "cat")
	conn := r.dial()
	expectEcho(t, conn, "before")
	r.terminate()
	eventually(t, "no sockets", func() bool {
		_, one := os.Lstat(r.socket)
		_, two := os.Lstat(r.stderrSocket)
		return os.IsNotExist(one) && os.IsNotExist(two)
	})
	expectEcho(t, conn, "after")
	must(t, conn.Close())
	if code := r.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAfterTheLingerTheChildIsEnded(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--linger", "300ms"}}, "/bin/sh", "-c", "echo $$; sleep 1000")
	conn := r.dial()
	pids := readPIDs(t, bufio.NewReader(conn))
	began := time.Now()
	r.terminate()
	if rest := expectClosed(t, conn); rest != "" {
		t.Errorf("got %q", rest)
	}
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("ended after %s, before the linger was over", took)
	}
	expectGone(t, pids...)
	if code := r.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	r.waitForLog("the sidecar still holds a connection 300ms after SIGTERM; ending the server")
}

func TestSIGTERMWithoutConnectionsEndsAtOnce(t *testing.T) {
	r := start(t, setup{uid: ourUID(), flags: []string{"--linger", "1h"}}, "cat")
	r.terminate()
	if code := r.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
