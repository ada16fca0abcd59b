package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Path;
import java.util.List;

/** nginx as an HTTP/1.1 proxy with one worker. It keeps its connections to the other side. */
record NginxHttp() implements Peer {
    @Override
    public String name() {
        return "nginx-http";
    }

    @Override
    public String version() {
        return Shell.run("nginx -v").strip().replace("nginx version: nginx/", "nginx ") + " http, keepalive upstream";
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        return common(hop, "", "https", NginxTls.toOther(certificates));
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        return common(hop, "ssl ", "http", NginxTls.fromOther(certificates));
    }

    private static String common(Hop hop, String ssl, String scheme, String tls) {
        return """
                user root;
                daemon off;
                worker_processes 1;
                error_log stderr warn;
                worker_rlimit_nofile 16384;
                events { worker_connections 8192; }
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
                """.formatted(hop.listenPort(), hop.toHost(), hop.toPort(), ssl, scheme, tls);
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
