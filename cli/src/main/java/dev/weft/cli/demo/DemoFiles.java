package dev.weft.cli.demo;

import dev.weft.local.state.StateFiles;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files of one run of the demo: the pages that its web servers serve, and the mesh file. The demo changes the mesh
 * file as a person would, by saving it.
 */
final class DemoFiles {

    /**
     * Start of the folder's name. The process id of the run follows it: by that id, a later run recognizes what a
     * killed run left.
     */
    private static final String FOLDER_PREFIX = "weft-demo-";

    private static final Pattern FOLDER = Pattern.compile(FOLDER_PREFIX + "([0-9]+)-.*");
    /** Marker file in the folder of a mesh that stays up after its run. */
    private static final String KEPT = "kept";

    static final String GREETING = "hello from the web server";

    private static final int MARKER_BYTES = 16;
    private static final int MARKER_COPIES = 1000;

    private static final String MESH = """
        # The mesh of `weft demo`. Four workloads of a shop, and two that show what a link without Weft carries.
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec:
          serviceAccount: api
          command: [(command)]
          ports: [{name: http, port: 8080}]
          probes: {readiness: {exec: {command: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/8080"]}, periodSeconds: 1}}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: web, namespace: shop}
        spec: {serviceAccount: web, command: [sleep, infinity]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: batch, namespace: shop}
        spec: {serviceAccount: batch, command: [sleep, infinity]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: intruder, namespace: shop}
        spec: {meshed: false, command: [sleep, infinity]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: shop}
        spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: {name: callers-of-api, namespace: shop}
        spec:
          workloads: {matchLabels: {app: api}}
          ports: [8080]
          action: Allow
          from:
        (from)
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: server, namespace: plain, labels: {app: server}}
        spec:
          meshed: false
          command: [(other)]
          ports: [{name: http, port: 8080}]
          probes: {readiness: {tcpSocket: {port: 8080}, periodSeconds: 1}}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: client, namespace: plain}
        spec: {meshed: false, command: [sleep, infinity]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: server, namespace: plain}
        spec: {selector: {app: server}, ports: [{port: 80, targetPort: 8080}]}
        """;

    private final Path folder;
    private final WebServer server;
    private final WebServer other;
    private final String marker;

    private DemoFiles(Path folder, WebServer server, WebServer other, String marker) {
        this.folder = folder;
        this.server = server;
        this.other = other;
        this.marker = marker;
    }

    /** Writes the files into a new folder; only shop/web may call shop/api. */
    static DemoFiles create(Map<String, String> environment) throws IOException {
        Path folder = Files.createTempDirectory(
                FOLDER_PREFIX + ProcessHandle.current().pid() + "-");
        byte[] random = new byte[MARKER_BYTES];
        new SecureRandom().nextBytes(random);
        String marker = HexFormat.of().formatHex(random);
        Path served = Files.createDirectories(folder.resolve("www"));
        Files.writeString(served.resolve("hello.txt"), GREETING + "\n");
        Files.writeString(served.resolve("secret.txt"), (marker + "\n").repeat(MARKER_COPIES));
        // The web servers have users of their own, and one scratch folder each.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        WebServer server = WebServer.on(environment, served, folder.resolve("nginx"));
        WebServer other = WebServer.on(environment, served, folder.resolve("nginx-plain"));
        DemoFiles files = new DemoFiles(folder, server, other, marker);
        files.allow(List.of("web"));
        return files;
    }

    /** Removes the folders that killed runs of this user left, and the folder of a kept mesh that was taken down. */
    static void removeEarlier(Optional<Path> takenDown) throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, FOLDER_PREFIX + "*")) {
            for (Path folder : folders) {
                boolean down = takenDown.filter(file -> file.startsWith(folder)).isPresent();
                if (isOwn(folder) && (down || (isLeftBehind(folder) && !Files.exists(folder.resolve(KEPT))))) {
                    StateFiles.deleteTree(folder);
                }
            }
        }
    }

    private static boolean isLeftBehind(Path folder) {
        Matcher name = FOLDER.matcher(folder.getFileName().toString());
        return name.matches()
                && ProcessHandle.of(Long.parseLong(name.group(1)))
                        .filter(ProcessHandle::isAlive)
                        .isEmpty();
    }

    private static boolean isOwn(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(Uid.own());
    }

    /** Marks the files as those of a mesh that stays up. */
    void keep() throws IOException {
        Files.createFile(folder.resolve(KEPT));
    }

    void delete() throws IOException {
        StateFiles.deleteTree(folder);
    }

    Path mesh() {
        return folder.resolve("mesh.yaml");
    }

    WebServer server() {
        return server;
    }

    private static String words(WebServer server) {
        return server.command().stream().map(word -> '"' + word + '"').collect(Collectors.joining(", "));
    }

    byte[] marker() {
        return marker.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns how many bytes of secret.txt belong to copies of the marker. */
    long markerBytes() {
        return (long) marker.length() * MARKER_COPIES;
    }

    /** Saves the mesh file so that it allows exactly these service accounts of the shop to call shop/api. */
    void allow(List<String> accounts) throws IOException {
        String from = accounts.stream()
                .map(account -> "  - identity: spiffe://cluster.local/ns/shop/sa/" + account)
                .collect(Collectors.joining("\n"));
        Path next = folder.resolve("mesh.yaml.new");
        Files.writeString(
                next,
                MESH.replace("(command)", words(server))
                        .replace("(other)", words(other))
                        .replace("(from)", from));
        Files.move(next, mesh(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
