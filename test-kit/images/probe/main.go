// SPDX-License-Identifier: Apache-2.0

// probe tries from inside a pod what an attacker there could try, and says what it saw. It resolves names itself, which a static busybox cannot.
//
//	probe get [-X METHOD] [-H 'NAME: VALUE']… [-d BODY] URL   prints the body, the status on standard error; certificates are not checked
//	probe connect tcp|unix ADDRESS [TEXT]                     sends the text and prints what arrives within the timeout
//
// Exit code 0: something answered, 1: nothing did, 2: wrong usage.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const maxAnswerBytes = 1 << 20

type headers []string

func (h *headers) String() string     { return strings.Join(*h, ", ") }
func (h *headers) Set(v string) error { *h = append(*h, v); return nil }

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	var err error
	switch os.Args[1] {
	case "get":
		err = get(os.Args[2:])
	case "connect":
		err = connect(os.Args[2:])
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: probe get [-X METHOD] [-H 'NAME: VALUE'] [-d BODY] [-timeout 5s] URL | probe connect [-timeout 2s] tcp|unix ADDRESS [TEXT]")
	os.Exit(2)
}

func get(arguments []string) error {
	flags := flag.NewFlagSet("get", flag.ExitOnError)
	var lines headers
	flags.Var(&lines, "H", "a header line; may be given again")
	method := flags.String("X", "", "the method; GET, or POST with -d")
	body := flags.String("d", "", "the body")
	timeout := flags.Duration("timeout", 5*time.Second, "for the whole exchange")
	_ = flags.Parse(arguments)
	if flags.NArg() != 1 {
		usage()
	}
	if *method == "" {
		*method = http.MethodGet
		if *body != "" {
			*method = http.MethodPost
		}
	}
	request, err := http.NewRequest(*method, flags.Arg(0), strings.NewReader(*body))
	if err != nil {
		return err
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "Host") {
			request.Host = strings.TrimSpace(value)
		}
		request.Header.Add(name, strings.TrimSpace(value))
	}
	client := http.Client{Timeout: *timeout, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	fmt.Fprintln(os.Stderr, response.Status)
	_, err = io.Copy(os.Stdout, io.LimitReader(response.Body, maxAnswerBytes))
	return err
}

func connect(arguments []string) error {
	flags := flag.NewFlagSet("connect", flag.ExitOnError)
	timeout := flags.Duration("timeout", 2*time.Second, "for connecting, and for what arrives")
	_ = flags.Parse(arguments)
	if flags.NArg() < 2 || flags.NArg() > 3 {
		usage()
	}
	connection, err := net.DialTimeout(flags.Arg(0), flags.Arg(1), *timeout)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(*timeout)); err != nil {
		return err
	}
	if _, err := io.WriteString(connection, flags.Arg(2)); err != nil {
		return err
	}
	if count, err := io.Copy(os.Stdout, io.LimitReader(connection, maxAnswerBytes)); count == 0 {
		return fmt.Errorf("connected, but nothing arrived: %v", err)
	}
	return nil
}
