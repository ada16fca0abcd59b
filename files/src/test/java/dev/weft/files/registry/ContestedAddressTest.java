package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.LoadError;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has an address that several objects of a registry's files claim. */
final class ContestedAddressTest {

    private static final WatchTimings QUICK =
            new WatchTimings(Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(50));
    private static final String DB = workload("shop", "db", true);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path state;

    @SuppressWarnings("NullAway.Init")
    private FileRegistry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder);
        write("shop.yaml", DB);
        registry = opened();
    }

    private FileRegistry opened() {
        return FileRegistry.open(List.of(folder), null, new LastValidFiles(state), QUICK);
    }

    private void reopen() {
        registry.close();
        registry = opened();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void anotherTenantsUnmeshedWorkloadDoesNotTakeItFromAMeshedOne() throws Exception {
        write("aaa.yaml", workload("aaa", "x", false));
        Waiting.until(() -> !registry.errors().isEmpty());
        assertThat(addresses("shop", "db")).containsExactly("192.0.2.7");
        assertThat(addresses("aaa", "x")).isEmpty();
        LoadError error = registry.errors().getFirst();
        assertThat(error.source().name()).isEqualTo("aaa/x");
        assertThat(error.reason()).startsWith("WEFT-C137").contains("192.0.2.7", "Workload shop/db", "shop.yaml");

        reopen();
        assertThat(addresses("shop", "db")).as("also after a restart").containsExactly("192.0.2.7");
        Files.delete(folder.resolve("shop.yaml"));
        Waiting.until(() -> addresses("aaa", "x").equals(List.of("192.0.2.7")));
        assertThat(registry.errors()).isEmpty();
        write("shop.yaml", DB);
        Waiting.until(() -> !registry.errors().isEmpty());
        assertThat(addresses("shop", "db")).as("a meshed one takes it").containsExactly("192.0.2.7");
        assertThat(addresses("aaa", "x")).isEmpty();
    }

    @Test
    void anotherMeshedWorkloadAndAServiceDoNotTakeItFromTheOneThatHasIt() throws Exception {
        write("aaa.yaml", workload("aaa", "x", true) + "---\n" + service("aaa", "s"));
        Waiting.until(() -> registry.errors().size() == 2);
        assertThat(addresses("shop", "db")).containsExactly("192.0.2.7");
        assertThat(addresses("aaa", "x")).isEmpty();
        assertThat(ofService("aaa", "s")).isEmpty();
        assertThat(registry.errors().stream().map(error -> error.source().toString()))
                .allSatisfy(source -> assertThat(source).contains("aaa.yaml:"));
    }

    @Test
    void aServiceDoesNotLoseItsAddressToAnUnmeshedWorkload() throws Exception {
        write("shop.yaml", service("shop", "db"));
        write("aaa.yaml", workload("aaa", "x", false));
        Waiting.until(() ->
                registry.errors().stream().anyMatch(error -> error.reason().contains("Service shop/db")));
        assertThat(addresses("aaa", "x")).isEmpty();
    }

    @Test
    void unmeshedWorkloadsMayShareIt() throws Exception {
        write("shop.yaml", workload("shop", "a", false) + "---\n" + workload("shop", "b", false));
        Waiting.until(() -> registry.current().workloads().size() == 2);
        assertThat(addresses("shop", "a")).isEqualTo(addresses("shop", "b")).containsExactly("192.0.2.7");
        assertThat(registry.errors()).isEmpty();
    }

    @Test
    void theOneThatHasItKeepsItAfterARestart() throws Exception {
        write("aaa.yaml", workload("aaa", "x", true));
        Waiting.until(() -> !registry.errors().isEmpty());
        reopen();
        assertThat(addresses("shop", "db")).containsExactly("192.0.2.7");
        assertThat(addresses("aaa", "x")).isEmpty();
        Files.delete(folder.resolve("aaa.yaml"));
        write("shop.yaml", service("shop", "db"));
        Waiting.until(() -> ofService("shop", "db").equals(List.of("192.0.2.7"))
                && registry.errors().isEmpty());
        write("aaa.yaml", service("aaa", "s"));
        Waiting.until(() -> !registry.errors().isEmpty());
        for (int i = 0; i < 2; i++) {
            reopen();
            assertThat(ofService("shop", "db")).containsExactly("192.0.2.7");
            assertThat(ofService("aaa", "s")).isEmpty();
        }
    }

    @Test
    void aClaimThatIsWrittenWhileNothingRunsDoesNotTakeItEither() throws Exception {
        registry.close();
        write("aaa.yaml", workload("aaa", "x", true));
        registry = opened();
        assertThat(addresses("shop", "db")).containsExactly("192.0.2.7");
        assertThat(addresses("aaa", "x")).isEmpty();
    }

    private List<String> ofService(String namespace, String name) {
        Service service = registry.current().services().get(new ObjectName(namespace, name));
        return service == null ? List.of("none") : registry.current().addressesOf(service);
    }

    private static String service(String namespace, String name) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {selector: {app: db}, clusterIP: 192.0.2.7, ports: [{port: 5432}]}
                """.formatted(name, namespace);
    }

    private List<String> addresses(String namespace, String name) {
        var workload = registry.current().workloads().get(new ObjectName(namespace, name));
        return workload == null ? List.of("none") : registry.current().addressesOf(workload);
    }

    private static String workload(String namespace, String name, boolean meshed) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: %s}
                spec: {serviceAccount: %1$s, meshed: %s, addresses: [192.0.2.7]}
                """.formatted(name, namespace, meshed);
    }

    private void write(String file, String text) throws IOException {
        Path temporary = folder.resolve(file + ".new");
        Files.writeString(temporary, text);
        Files.move(
                temporary,
                folder.resolve(file),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
