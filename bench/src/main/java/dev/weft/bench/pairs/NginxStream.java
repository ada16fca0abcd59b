package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx's stream module with one worker. */
record NginxStream() implements Peer {
    /** Path of the module on Debian. Elsewhere the module may be built in. */
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() {
        return Shell.run("nginx -v").strip().replace("nginx version: nginx/", "nginx ") + " stream";
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        return common("""
                  listen %d backlog=4096;
                  proxy_pass %s:%d;
                  proxy_ssl on;
                """.formatted(hop.listenPort(), hop.toHost(), hop.toPort()) + NginxTls.toOther(certificates));
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        return common("""
                  listen %d ssl backlog=4096;
                  proxy_pass %s:%d;
                """.formatted(hop.listenPort(), hop.toHost(), hop.toPort()) + NginxTls.fromOther(certificates));
    }

    private static String common(String server) {
        return (Files.exists(MODULE) ? "load_module " + MODULE + ";\n" : "") + """
                user root;
                daemon off;
                worker_processes 1;
                error_log stderr warn;
                worker_rlimit_nofile 16384;
                events { worker_connections 8192; }
                stream {
                  tcp_nodelay on;
                  proxy_timeout 1h;
                  server {
                %s  }
                }
                """.formatted(server);
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("nginx", "-e", "stderr", "-g", "pid " + configuration + ".pid;", "-c", configuration.toString());
    }
}
