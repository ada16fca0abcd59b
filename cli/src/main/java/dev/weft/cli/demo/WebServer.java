package dev.weft.cli.demo;

import dev.weft.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The web server of the demo: nginx where it is installed, else Python's. Neither is configured for TLS. */
record WebServer(String name, List<String> command) {

    static final int PORT = 8080;

    /**
     * Configuration of nginx: one process and no change of user, so that it runs in any user namespace; connections
     * stay open as long as clients want.
     */
    private static final String NGINX_CONFIGURATION = """
        daemon off;
        master_process off;
        user root;
        pid (scratch)/nginx.pid;
        error_log stderr warn;
        events {}
        http {
          access_log off;
          keepalive_timeout 600s;
          keepalive_requests 1000000;
          client_body_temp_path (scratch)/tmp;
          proxy_temp_path (scratch)/tmp;
          fastcgi_temp_path (scratch)/tmp;
          uwsgi_temp_path (scratch)/tmp;
          scgi_temp_path (scratch)/tmp;
          server {
            listen 8080;
            root (files);
          }
        }
        """;

    WebServer {
        command = List.copyOf(command);
    }

    /**
     * Returns the web server that is installed on this machine, set up to serve the files of a folder.
     *
     * @param scratch a folder for this server alone, created if it is missing
     * @throws CommandFailure if neither nginx nor python3 is installed (WEFT-L151)
     */
    static WebServer on(Map<String, String> environment, Path files, Path scratch) throws IOException {
        String path = environment.getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        Optional<Path> nginx = find(path, "nginx");
        if (nginx.isPresent()) {
            Files.createDirectories(scratch.resolve("tmp"));
            for (Path folder : List.of(scratch, scratch.resolve("tmp"))) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            Path configuration = scratch.resolve("nginx.conf");
            Files.writeString(
                    configuration,
                    NGINX_CONFIGURATION.replace("(scratch)", scratch.toString()).replace("(files)", files.toString()));
            return new WebServer(
                    "nginx", List.of(nginx.get().toString(), "-e", "stderr", "-c", configuration.toString()));
        }
        Optional<Path> python = find(path, "python3");
        if (python.isPresent()) {
            return new WebServer(
                    "python3 -m http.server",
                    List.of(
                            python.get().toString(),
                            "-m",
                            "http.server",
                            Integer.toString(PORT),
                            "--protocol",
                            "HTTP/1.1",
                            "--directory",
                            files.toString()));
        }
        throw CommandFailure.failed(
                "WEFT-L151",
                "the demo needs a web server, and there is neither nginx nor python3",
                "on Debian and Ubuntu: scripts/setup demo");
    }

    private static Optional<Path> find(String path, String program) {
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
