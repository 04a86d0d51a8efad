// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Why there is no answer, and what to do about it, in our words. */
final class TlsFaults {
  private static final int DEPTH_MAX = 8;

  private TlsFaults() {}

  /** Whether certificates may be the reason, so that others may help. */
  static boolean isOfTls(Throwable e) {
    return find(e, SSLException.class).isPresent();
  }

  /** Whether it is certain that nothing of the request arrived. */
  static boolean isBeforeTheRequest(Throwable e) {
    return find(e, ConnectException.class).isPresent()
        || find(e, HttpConnectTimeoutException.class).isPresent()
        || (find(e, SSLHandshakeException.class).isPresent()
            && find(e, CertificateException.class).isPresent()); // it is we who went away
  }

  static String why(Throwable e, String host) {
    if (find(e, UnresolvedAddressException.class).isPresent()) {
      return "the name `%s` cannot be resolved; correct it, or see to the cluster's DNS"
          .formatted(host);
    }
    if (find(e, HttpConnectTimeoutException.class).isPresent()) {
      return "no connection in time; see that the machine is up, and that no firewall or NetworkPolicy is in between";
    }
    if (find(e, ConnectException.class).isPresent()) {
      return "nothing accepts connections there; see that the engine or what stands before it listens on that port";
    }
    return find(e, SSLException.class)
        .map(tls -> ofTls(tls, host))
        .orElse("the connection ended before an answer");
  }

  private static String ofTls(SSLException e, String host) {
    if (find(e, CertificateExpiredException.class).isPresent()) {
      return "its certificate has expired; renew it there";
    }
    if (find(e, CertificateNotYetValidException.class).isPresent()) {
      return "its certificate is not valid yet; see to the clocks";
    }
    if (find(e, CertPathValidatorException.class).isPresent()
        || root(e).getClass().getName().endsWith("SunCertPathBuilderException")) {
      return "its certificate is signed by none of ca.crt, so this may be another machine; ca.crt holds who signed the engine's certificate";
    }
    if (find(e, CertificateException.class).isPresent()) {
      return "its certificate is not for `%s`; make one with that name as a subjectAltName"
          .formatted(host);
    }
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("fatal alert")) {
      return "it broke the handshake off (%s); it may not accept tls.crt: see that what stands there trusts the authority that signed it"
          .formatted(message.replaceAll("[^a-z_ :]", ""));
    }
    if (message.contains("unsupported or unrecognized") || message.contains("plaintext")) {
      return "it does not speak TLS; give the port on which it does";
    }
    return "TLS failed: " + message;
  }

  private static <T extends Throwable> Optional<T> find(Throwable e, Class<T> type) {
    Throwable each = e;
    for (int depth = 0; depth < DEPTH_MAX && each != null; depth++) {
      if (type.isInstance(each)) {
        return Optional.of(type.cast(each));
      }
      each = each.getCause();
    }
    return Optional.empty();
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (int depth = 0; depth < DEPTH_MAX && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
