package dev.weft.bench.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx with one worker, and its files: 1 KiB, 64 KiB and a sparse file for the bulk download. nghttpd runs as well; it
 * serves the same files over HTTP/2 without TLS, and echoes a POST with {@code grpc-status: 0}.
 */
public final class WebServer {
    /** The port of nginx. */
    public static final int PORT = 8080;

    /** The port of nghttpd. */
    public static final int HTTP2_PORT = 8081;

    private static final int KIB = 1024;

    private WebServer() {}

    /** Writes the files and the configuration. The bulk file is sparse and takes no disk space. */
    public static void prepare(Path folder, long bulkBytes) {
        try {
            Path files = Files.createDirectories(folder.resolve("files"));
            Files.write(files.resolve("1k"), new byte[KIB]);
            Files.write(files.resolve("64k"), new byte[64 * KIB]);
            try (RandomAccessFile bulk =
                    new RandomAccessFile(files.resolve("bulk").toFile(), "rw")) {
                bulk.setLength(bulkBytes);
            }
            Files.writeString(folder.resolve("nginx.conf"), configuration(folder));
            Files.writeString(
                    folder.resolve("servers.sh"), """
                        nghttpd --no-tls --echo-upload --trailer 'grpc-status: 0' -d %1$s %2$d &
                        exec nginx -e stderr -c %3$s
                        """.formatted(files, HTTP2_PORT, folder.resolve("nginx.conf")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the command line that runs both servers in the foreground. Several may run from one folder, in different
     * namespaces.
     */
    public static List<String> command(Path folder) {
        return List.of("sh", folder.resolve("servers.sh").toString());
    }

    private static String configuration(Path folder) {
        return """
            user root;
            daemon off;
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log stderr warn;
            worker_rlimit_nofile 16384;
            events { worker_connections 8192; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              tcp_nodelay on;
              keepalive_requests 1000000000;
              keepalive_timeout 1h;
              open_file_cache max=16;
              default_type application/octet-stream;
              client_body_temp_path %1$s/tmp;
              proxy_temp_path %1$s/tmp;
              fastcgi_temp_path %1$s/tmp;
              uwsgi_temp_path %1$s/tmp;
              scgi_temp_path %1$s/tmp;
              server { listen 8080 backlog=4096; listen [::]:8080 backlog=4096; root %1$s/files; }
            }
            """.formatted(folder);
    }
}
