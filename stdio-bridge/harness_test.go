// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const asBridge = "STDIO_BRIDGE_TEST_RUNS_MAIN"

// TestMain lets the test binary be the bridge itself, so that real processes are tested.
func TestMain(m *testing.M) {
	if os.Getenv(asBridge) != "" {
		_ = os.Unsetenv(asBridge)
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

type running struct {
	t                    *testing.T
	cmd                  *exec.Cmd
	socket, stderrSocket string
	log                  *output
	exited               chan struct{}
}

type setup struct {
	dir     string
	uid     int
	flags   []string
	env     []string
	stdin   *os.File
	process *syscall.SysProcAttr
}

func ourUID() int { return os.Getuid() }

// folder is short, for sun_path, and open to other user ids, unlike t.TempDir.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "bridge")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	return dir
}

func launch(t *testing.T, s setup, command ...string) *running {
	t.Helper()
	if s.dir == "" {
		s.dir = folder(t)
	}
	r := &running{
		t: t, socket: filepath.Join(s.dir, "mcp.sock"), stderrSocket: filepath.Join(s.dir, "stderr.sock"),
		log: &output{}, exited: make(chan struct{}),
	}
	args := []string{"serve", "--socket", r.socket, "--stderr-socket", r.stderrSocket, "--peer-uid", strconv.Itoa(s.uid)}
	args = append(append(append(args, s.flags...), "--"), command...)
	r.cmd = exec.Command(os.Args[0], args...)
	r.cmd.Env = append(append(os.Environ(), asBridge+"=1"), s.env...)
	r.cmd.Stderr = r.log
	r.cmd.SysProcAttr = s.process
	if s.stdin != nil {
		r.cmd.Stdin = s.stdin
	}
	must(t, r.cmd.Start())
	go func() {
		_ = r.cmd.Wait()
		close(r.exited)
	}()
	t.Cleanup(func() {
		select {
		case <-r.exited:
		default:
			_ = r.cmd.Process.Signal(syscall.SIGTERM)
			_ = r.cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-r.exited:
			case <-time.After(patience):
				_ = r.cmd.Process.Kill()
				t.Error("the bridge did not end")
			}
		}
		if t.Failed() {
			t.Logf("bridge's own log:\n%s", r.log)
		}
	})
	return r
}

func start(t *testing.T, s setup, command ...string) *running {
	t.Helper()
	r := launch(t, s, command...)
	r.waitForLog("listening on")
	return r
}

func (r *running) waitForLog(text string) {
	r.t.Helper()
	eventually(r.t, "log with "+text, func() bool { return strings.Contains(r.log.String(), text) })
}

func (r *running) terminate() {
	r.t.Helper()
	must(r.t, r.cmd.Process.Signal(syscall.SIGTERM))
}

func (r *running) exitCode() int {
	r.t.Helper()
	select {
	case <-r.exited:
	case <-time.After(patience):
		r.t.Fatalf("the bridge did not exit; log:\n%s", r.log)
	}
	return r.cmd.ProcessState.ExitCode()
}

func (r *running) dial() *net.UnixConn {
	r.t.Helper()
	return dialAs(r.t, r.socket, ourUID())
}

// dialAs connects under another effective user id: only one thread takes it on, and ends with its goroutine.
func dialAs(t *testing.T, path string, uid int) *net.UnixConn {
	t.Helper()
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result)
	go func() {
		runtime.LockOSThread()
		const same = ^uintptr(0)
		if uid != ourUID() {
			if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, same, uintptr(uid), same); errno != 0 {
				results <- result{nil, errno}
				return
			}
		}
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err == nil {
			err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
		}
		if err != nil {
			results <- result{nil, err}
			return
		}
		file := os.NewFile(uintptr(fd), path)
		defer file.Close()
		conn, err := net.FileConn(file)
		results <- result{conn, err}
	}()
	r := <-results
	must(t, r.err)
	must(t, r.conn.SetDeadline(time.Now().Add(patience)))
	t.Cleanup(func() { _ = r.conn.Close() })
	return r.conn.(*net.UnixConn)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// expectClosed reads the rest and returns it; a reset instead of an end fails.
func expectClosed(t *testing.T, conn net.Conn) string {
	t.Helper()
	rest, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("connection was not closed cleanly: %v", err)
	}
	return string(rest)
}

func expectEcho(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	_, err := conn.Write([]byte(text))
	must(t, err)
	got := make([]byte, len(text))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != text {
		t.Fatalf("sent %q, got %q, %v", text, got, err)
	}
}

func readLine(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatalf("read %q: %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

func readPIDs(t *testing.T, r *bufio.Reader) (pids []int) {
	t.Helper()
	for _, word := range strings.Fields(readLine(t, r)) {
		pid, err := strconv.Atoi(word)
		must(t, err)
		pids = append(pids, pid)
	}
	return pids
}

// exists is true for zombies too.
func exists(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func expectGone(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		eventually(t, fmt.Sprintf("end of process %d", pid), func() bool { return !exists(pid) })
	}
}
