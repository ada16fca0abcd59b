package dev.weft.e2e.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs of the distribution, set up to run as workloads; each method returns the YAML of a command, and of its user. */
public final class Programs {

    private Programs() {}

    /** A folder in which a workload's program may write: it runs as its workload's own user. */
    public static Path writable(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** nginx in the foreground, on a port of both families, serving the folder {@code www}, what is in {@code slow} of it 1 KiB a second. */
    public static String nginx(Path directory, int port) throws IOException {
        Path root = Files.createDirectories(directory.resolve("www"));
        Path work = writable(directory.resolve("nginx"));
        Files.writeString(root.resolve("index.html"), "hello from nginx\n");
        Path conf = work.resolve("nginx.conf");
        Files.writeString(conf, """
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 4096; }
            http {
              access_log off;
              sendfile on;
              keepalive_requests 1000000;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server { listen %3$d; listen [::]:%3$d; root %2$s; location /slow/ { limit_rate 1k; } }
            }
            """.formatted(work, root, port));
        return "[" + find("nginx") + ", -c, " + conf + ", -g, \"daemon off;\"]";
    }

    /**
     * nginx for HTTP/1.1 and HTTP/2 without TLS, which says what it was asked and who the sidecar says is asking; and on port 2525 a
     * server that speaks first.
     */
    public static String nginxThatTells(Path directory, int port) throws IOException {
        Path work = writable(directory.resolve("tells"));
        Path conf = work.resolve("nginx.conf");
        Files.writeString(conf, """
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 1024; }
            http {
              access_log %1$s/access.log;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen %2$d;
                listen [::]:%2$d;
                http2 on;
                location / { return 200 "$server_protocol $request_uri by $http_weft_client_id\n"; }
              }
            }
            """.formatted(work, port));
        Path start = work.resolve("start.sh");
        Files.writeString(start, """
            %s TCP-LISTEN:2525,fork,reuseaddr 'SYSTEM:echo 220 ready; cat' &
            exec %s -c %s -g 'daemon off;'
            """.formatted(find("socat"), find("nginx"), conf));
        return "[sh, " + start + "]";
    }

    /**
     * nginx on port 8080 with pages at {@code /orders/} and {@code /admin/}, and a metric at {@code /orders/metrics}; nghttpd
     * (HTTP/2 without TLS by prior knowledge) on 8081 with pages at {@code /} and {@code /admin.html}; websocketd on 8082, which
     * answers each message with itself.
     */
    public static String servers(Path directory) throws IOException {
        nginx(directory, 8080);
        Path pages = directory.resolve("www");
        for (String folder : List.of("orders", "admin")) {
            Path page = Files.createDirectories(pages.resolve(folder)).resolve("index.html");
            Files.writeString(page, folder + "\n");
        }
        Files.writeString(pages.resolve("orders/metrics"), "orders_total 1\n");
        Files.writeString(pages.resolve("admin.html"), "admin\n");
        Path start = directory.resolve("servers.sh");
        Files.writeString(start, """
            %s --no-tls -d %s 8081 &
            %s --port=8082 cat &
            exec %s -c %s -g 'daemon off;'
            """.formatted(
                        find("nghttpd"),
                        pages,
                        find("websocketd"),
                        find("nginx"),
                        directory.resolve("nginx").resolve("nginx.conf")));
        return "[sh, " + start + "]";
    }

    /** PostgreSQL with a fresh cluster that trusts its network. */
    public static String postgres(Path directory) throws Exception {
        Path bin = postgresBin();
        Path data = directory.resolve("postgres");
        Files.createDirectories(data);
        Shell.run("chown", "postgres:postgres", data.toString()).ok();
        List<String> asPostgres = List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
        Shell.run(
                        Stream.concat(
                                        asPostgres.stream(),
                                        Stream.of(
                                                bin.resolve("initdb").toString(),
                                                "-D",
                                                data.toString(),
                                                "--auth=trust",
                                                "--no-sync"))
                                .toList(),
                        Map.of("LC_ALL", "C.UTF-8"),
                        java.time.Duration.ofMinutes(2))
                .ok();
        Files.writeString(data.resolve("pg_hba.conf"), "host all all all trust\n");
        return "[" + bin.resolve("postgres") + ", -D, " + data
                + ", -k, \"\", -c, \"listen_addresses=*\", -c, fsync=off]\n  user: postgres";
    }

    /** MariaDB with a fresh data folder and no passwords. */
    public static String mariadb(Path directory) throws Exception {
        Path data = Files.createDirectories(directory.resolve("mariadb"));
        Shell.run(
                        find("mariadb-install-db"),
                        "--no-defaults",
                        "--user=root",
                        "--datadir=" + data,
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db")
                .ok();
        return "[" + find("mariadbd") + ", --no-defaults, --user=root, --datadir=" + data + ", --socket=" + data
                + "/m.sock, --pid-file=" + data + "/m.pid, --skip-grant-tables, --skip-networking=0, --port=3306,"
                + " --bind-address=0.0.0.0, --skip-name-resolve]\n  user: root";
    }

    /** Redis that keeps nothing. */
    public static String redis(Path directory) throws IOException {
        Path data = Files.createDirectories(directory.resolve("redis"));
        return "[" + find("redis-server") + ", --port, \"6379\", --protected-mode, \"no\", --save, \"\", --dir, " + data
                + "]";
    }

    /** A Python program from the test resources, copied where every workload can read it. */
    public static Path python(Path directory, String name) throws IOException {
        Path copy = directory.resolve(name);
        try (var resource = Programs.class.getResourceAsStream("/programs/" + name)) {
            if (resource == null) {
                throw new IOException("no test program " + name);
            }
            Files.write(copy, resource.readAllBytes());
        }
        return copy;
    }

    /** Where a program is. */
    public static String find(String program) {
        for (String folder : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin")) {
            Path path = Path.of(folder, program);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        throw new AssertionError("no " + program + " on this machine (expected: installed by `make test`)");
    }

    private static Path postgresBin() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Path::compareTo)
                    .orElseThrow(() -> new AssertionError("no PostgreSQL server under /usr/lib/postgresql"));
        }
    }
}
