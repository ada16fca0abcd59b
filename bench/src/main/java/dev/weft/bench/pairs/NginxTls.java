package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;

/**
 * nginx's TLS directives for the connection between the two proxies. They have the same names in its stream and http
 * modules.
 */
final class NginxTls {
    private NginxTls() {}

    /** Returns the directives of the proxy next to the client. */
    static String toOther(Certificates certificates) {
        return """
                  proxy_ssl_protocols TLSv1.3;
                  proxy_ssl_conf_command Ciphersuites %s;
                  proxy_ssl_conf_command Groups %s;
                  proxy_ssl_certificate %s;
                  proxy_ssl_certificate_key %s;
                  proxy_ssl_trusted_certificate %s;
                  proxy_ssl_verify on;
                  proxy_ssl_verify_depth 2;
                  proxy_ssl_name server.bench;
                  proxy_ssl_server_name on;
                  proxy_ssl_session_reuse off;
                """.formatted(
                        Peer.CIPHER,
                        Peer.GROUP,
                        certificates.chain("client"),
                        certificates.key("client"),
                        certificates.anchor());
    }

    /** Returns the directives of the proxy next to the server. */
    static String fromOther(Certificates certificates) {
        return """
                  ssl_protocols TLSv1.3;
                  ssl_conf_command Ciphersuites %s;
                  ssl_conf_command Groups %s;
                  ssl_certificate %s;
                  ssl_certificate_key %s;
                  ssl_client_certificate %s;
                  ssl_verify_client on;
                  ssl_verify_depth 2;
                  ssl_session_cache off;
                  ssl_session_tickets off;
                """.formatted(
                        Peer.CIPHER,
                        Peer.GROUP,
                        certificates.chain("server"),
                        certificates.key("server"),
                        certificates.anchor());
    }
}
