#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# certificates.sh HOST: makes the folder `certificates` with an authority for one endpoint (ca.crt, ca.key) and what it signs for a year: the
# certificate of the endpoint for HOST, a name or an IPv4 address (server.crt, server.key), and that of a client (client.crt, client.key).
# Replaces nothing: to renew, move the folder away first.
set -eu
umask 077

host=${1:?usage: certificates.sh HOST}
if ! mkdir certificates; then
  echo "certificates.sh: move the folder certificates away first" >&2
  exit 1
fi
cd certificates
case $host in
  *[!0-9.]*) name=DNS:$host ;;
  *) name=IP:$host ;;
esac

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# sign NAME SUBJECT EXTENSIONS: NAME.crt for NAME.key
sign() {
  key "$1.key"
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" "$3" >"$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -sha256 -extfile "$1.ext" -out "$1.crt"
  rm "$1.ext" "$1.csr"
}

key ca.key
openssl req -x509 -new -key ca.key -subj "/CN=container engine of $host" -days 3650 -sha256 -addext keyUsage=critical,keyCertSign -out ca.crt
sign server "$host" "extendedKeyUsage=serverAuth
subjectAltName=$name"
sign client mcp-policy-proxy extendedKeyUsage=clientAuth
rm -f ca.srl
