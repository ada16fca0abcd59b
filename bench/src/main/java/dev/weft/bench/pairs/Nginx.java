package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx with one worker. Its TLS directives have the same names in its stream and http modules.
 *
 * @param http whether it is an HTTP/1.1 proxy that keeps its connections to the other side; otherwise its stream module
 *     relays bytes
 */
record Nginx(boolean http) implements Peer {
    /** Path of the stream module on Debian. Elsewhere the module may be built in. */
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @Override
    public String name() {
        return http ? "nginx-http" : "nginx";
    }

    @Override
    public String version() {
        return Shell.run("nginx -v").strip().replace("nginx version: nginx/", "nginx ")
                + (http ? " http, keepalive upstream" : " stream");
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        String tls = toOther(certificates);
        return http
                ? http(hop, "", "https", tls)
                : stream("""
                      listen %d backlog=4096;
                      proxy_pass %s:%d;
                      proxy_ssl on;
                    """.formatted(hop.listenPort(), hop.toHost(), hop.toPort()) + tls);
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        String tls = fromOther(certificates);
        return http
                ? http(hop, "ssl ", "http", tls)
                : stream("""
                      listen %d ssl backlog=4096;
                      proxy_pass %s:%d;
                    """.formatted(hop.listenPort(), hop.toHost(), hop.toPort()) + tls);
    }

    private static String stream(String server) {
        return (Files.exists(MODULE) ? "load_module " + MODULE + ";\n" : "") + common("""
            stream {
              tcp_nodelay on;
              proxy_timeout 1h;
              server {
            %s  }
            }
            """.formatted(server));
    }

    private static String http(Hop hop, String ssl, String scheme, String tls) {
        return common("""
            http {
              access_log off;
              tcp_nodelay on;
              keepalive_requests 1000000000;
              keepalive_timeout 1h;
              client_body_temp_path tmp;
              proxy_temp_path tmp;
              fastcgi_temp_path tmp;
              uwsgi_temp_path tmp;
              scgi_temp_path tmp;
              proxy_max_temp_file_size 0;
              upstream other {
                server %2$s:%3$d;
                keepalive 128;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
              }
              server {
                listen %1$d %4$sbacklog=4096;
            %6$s    location / {
                  proxy_pass %5$s://other;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                }
              }
            }
            """.formatted(hop.listenPort(), hop.toHost(), hop.toPort(), ssl, scheme, tls));
    }

    private static String common(String module) {
        return """
            user root;
            daemon off;
            worker_processes 1;
            error_log stderr warn;
            worker_rlimit_nofile 16384;
            events { worker_connections 8192; }
            """ + module;
    }

    /** Returns the TLS directives of the proxy next to the client. */
    private static String toOther(Certificates certificates) {
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
                        CIPHER, GROUP, certificates.chain("client"), certificates.key("client"), certificates.anchor());
    }

    /** Returns the TLS directives of the proxy next to the server. */
    private static String fromOther(Certificates certificates) {
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
                        CIPHER, GROUP, certificates.chain("server"), certificates.key("server"), certificates.anchor());
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of(
                "nginx",
                "-p",
                String.valueOf(configuration.toAbsolutePath().getParent()),
                "-e",
                "stderr",
                "-g",
                "pid " + configuration + ".pid;",
                "-c",
                configuration.toString());
    }
}
