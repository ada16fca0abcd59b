package dev.weft.files.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any text in a file of the mesh. It is read, or refused with its file and its line, in bounded time; it says the same beside the
 * file's former documents; and whatever a file said, the registry reads the next.
 */
class MeshYamlFuzzTest {

    private static final Path FILE = Path.of("shop.yaml");
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final int MAX_EDITS = 6;
    private static final int MAX_REMOVED = 40;
    private static final int MAX_TEXT = 24;

    private static final String MESH = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec:
              command: [nginx, -g, "daemon off;"]
              env: {MODE: "fast"}
              ports: [{name: http, port: 8080}]
              probes: {readiness: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 2}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-may-call, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from:
              - identity: spiffe://cluster.local/ns/shop/sa/web
              to:
              - http: {methods: [GET], hosts: ["*.example"], paths: [{prefix: /orders}], headers: [{name: x-a, exact: b}]}
              - grpc: {service: shop.v1.Orders, methods: [Get]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Revocation
            metadata: {name: lost}
            spec: {certificate: {serialNumber: "f11e"}}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: east.example}
            spec: {state: Disabled}
            """;

    /** What has a meaning in YAML. */
    private static final List<String> WORDS = List.of(
            "&a ",
            "*a",
            "<<: *a",
            "- ",
            "? ",
            ": ",
            "{",
            "}",
            "[",
            "]",
            "|\n",
            ">-\n",
            "\n---\n",
            "\n...\n",
            "\n%YAML 1.1\n",
            "!!binary ",
            "!!java.net.URL ",
            "'",
            "\"",
            "#",
            "\t",
            "\r",
            "\n",
            "\u2028",
            "\0",
            "\ufeff",
            "0x1F",
            "1e400",
            "~",
            "null",
            "99999999999999999999",
            ".inf",
            "\\u0000",
            "kind: Namespace\n");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @FuzzTest
    void anyBytesAreReadOrRefusedAtALine(byte[] bytes) {
        assertReadOrRefused(new String(bytes, UTF_8));
    }

    @FuzzTest
    void aChangedMeshSaysTheSameBesideItsFormerDocuments(FuzzedDataProvider data) {
        String former = changed(MESH, data);
        String text = changed(former, data);
        Parsed alone = assertReadOrRefused(text);
        Parsed beside = RegistryFiles.parse(
                FILE, text, RegistryFiles.parse(FILE, former).documents());
        assertThat(beside).isEqualTo(alone);
    }

    @FuzzTest
    void theRegistryReadsTheNextText(FuzzedDataProvider data) throws IOException {
        Path file = directory.resolve("mesh.yaml");
        put(file, MESH);
        try (FileRegistry registry =
                FileRegistry.open(List.of(file), new WatchTimings(Duration.ofHours(1), Duration.ZERO, Duration.ZERO))) {
            Snapshot whole = registry.current();
            put(file, changed(MESH, data));
            registry.rescan();
            assertThat(registry.errors())
                    .allSatisfy(error -> assertThat(error.source().where())
                            .startsWith(file.toAbsolutePath().toString()));
            put(file, MESH);
            registry.rescan();
            assertThat(registry.errors()).isEmpty();
            assertThat(registry.current()).isEqualTo(whole);
        }
    }

    /** A new file each time, as an editor puts it there. */
    private static void put(Path file, String text) throws IOException {
        Path next = file.resolveSibling("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Of this thread: the time by the clock is that of a busy machine, too. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Parsed assertReadOrRefused(String text) {
        long begun = cpu();
        Parsed parsed = RegistryFiles.parse(FILE, text);
        assertThat(Duration.ofNanos(cpu() - begun)).isLessThan(MOST);
        long lines = text.chars()
                        .filter(c -> c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
                        .count()
                + 1;
        assertThat(parsed.errors()).allSatisfy(error -> {
            assertThat(error.file()).isEqualTo(FILE);
            assertThat(error.reason()).isNotBlank().doesNotContain("Exception", "not usable");
            assertThat((long) error.line()).as(error.toString()).isBetween(1L, lines);
        });
        return parsed;
    }

    private static String changed(String text, FuzzedDataProvider data) {
        StringBuilder changed = new StringBuilder(text);
        int edits = data.consumeInt(0, MAX_EDITS);
        for (int i = 0; i < edits; i++) {
            int at = data.consumeInt(0, changed.length());
            int removed = data.consumeInt(0, Math.min(MAX_REMOVED, changed.length() - at));
            changed.replace(
                    at, at + removed, data.consumeBoolean() ? data.pickValue(WORDS) : data.consumeString(MAX_TEXT));
        }
        // As a file is read: what is no character is none in a file either.
        return new String(changed.toString().getBytes(UTF_8), UTF_8);
    }
}
