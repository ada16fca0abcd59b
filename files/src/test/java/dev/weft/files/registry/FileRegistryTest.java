package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileRegistryTest {

    private static final WatchTimings QUICK =
            new WatchTimings(Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(300));

    @TempDir
    private Path folder;

    @Test
    void aSavedChangeIsTakenOver() throws Exception {
        Path file = write("mesh.yaml", workload("a"));
        try (FileRegistry registry = FileRegistry.open(List.of(file), QUICK)) {
            assertThat(names(registry.current())).containsExactly("shop/a");
            Watcher watcher = new Watcher(registry);

            write("mesh.yaml", workload("a") + "---\n" + workload("b"));

            watcher.until(state -> names(state.current()).equals(List.of("shop/a", "shop/b")));
        }
    }

    @Test
    void listenersLearnWhichObjectsDifferAndTheOthersStayTheSame() throws Exception {
        Path file = write("mesh.yaml", workload("a") + "---\n" + workload("b") + "---\n" + workload("c"));
        try (FileRegistry registry = FileRegistry.open(List.of(file), QUICK)) {
            Snapshot before = registry.current();
            LinkedBlockingQueue<Changes> told = new LinkedBlockingQueue<>();
            registry.subscribe((_, since) -> told.add(since));

            write(
                    "mesh.yaml",
                    workload("a") + "---\n" + workload("b").replace("spec: {", "spec: {meshed: false, ") + "---\n"
                            + workload("d"));

            Changes changes = told.poll(30, TimeUnit.SECONDS);
            assertThat(changes).as("changes within 10 s").isNotNull();
            assertThat(changes.workloads().added()).containsExactly(new ObjectName("shop", "d"));
            assertThat(changes.workloads().changed()).containsExactly(new ObjectName("shop", "b"));
            assertThat(changes.workloads().removed()).containsExactly(new ObjectName("shop", "c"));
            assertThat(changes.services().isEmpty()).isTrue();
            ObjectName untouched = new ObjectName("shop", "a");
            assertThat(registry.current().workloads().get(untouched))
                    .isSameAs(before.workloads().get(untouched));
        }
    }

    @Test
    void aSettingOfSidecarsMayBeInTheFileOfTheNamespace() throws Exception {
        Path file = write("mesh.yaml", workload("a"));
        Path other = write(
                "namespace.yaml",
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {weft.dev/trace-ratio: '1'}}}\n");
        try (FileRegistry registry = FileRegistry.open(List.of(file, other), QUICK)) {
            assertThat(registry.local().programs().values())
                    .singleElement()
                    .satisfies(program -> assertThat(program.sidecar()).isEqualTo(Map.of("trace-ratio", "1")));
        }
    }

    @Test
    void anEditorThatRenamesIsFollowed() throws Exception {
        Path file = write("mesh.yaml", workload("a"));
        try (FileRegistry registry = FileRegistry.open(List.of(file), QUICK)) {
            Watcher watcher = new Watcher(registry);

            Files.move(write(".mesh.yaml.new", workload("b")), file, StandardCopyOption.REPLACE_EXISTING);

            watcher.until(state -> names(state.current()).equals(List.of("shop/b")));
        }
    }

    @Test
    void aFileWithAnErrorKeepsItsLastValidStateUntilItIsMended() throws Exception {
        Path file = write("mesh.yaml", workload("a"));
        try (FileRegistry registry = FileRegistry.open(List.of(file), QUICK)) {
            Watcher watcher = new Watcher(registry);

            write("mesh.yaml", workload("b").replace("spec:", "spce:"));
            watcher.until(state -> !state.errors().isEmpty());
            assertThat(names(registry.current())).containsExactly("shop/a");
            assertThat(registry.errors().toString()).contains("mesh.yaml:").contains("spce");

            write("mesh.yaml", workload("b"));
            watcher.until(state -> state.errors().isEmpty());
            assertThat(names(registry.current())).containsExactly("shop/b");
        }
    }

    @Test
    void aNamedFileThatVanishesKeepsItsStateAndOneOfAFolderDoesNot() throws Exception {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        Files.writeString(sub.resolve("b.yaml"), workload("b"));
        Path file = write("mesh.yaml", workload("a"));
        try (FileRegistry registry = FileRegistry.open(List.of(file, sub), QUICK)) {
            Watcher watcher = new Watcher(registry);
            assertThat(names(registry.current())).containsExactly("shop/a", "shop/b");

            Files.delete(file);
            Files.delete(sub.resolve("b.yaml"));

            watcher.until(state -> names(state.current()).equals(List.of("shop/a")));
        }
    }

    @Test
    void anEmptyMomentBeforeAWriteIsNotAState() throws Exception {
        Path file = write("mesh.yaml", workload("a"));
        try (FileRegistry registry = FileRegistry.open(
                List.of(file), new WatchTimings(Duration.ofMillis(10), Duration.ofMillis(5), Duration.ofDays(1)))) {
            Watcher watcher = new Watcher(registry);

            write("mesh.yaml", "");
            write("other-event", "");
            assertThat(names(registry.current())).containsExactly("shop/a");
            write("mesh.yaml", workload("b"));

            watcher.until(state -> names(state.current()).equals(List.of("shop/b")));
            assertThat(watcher.seen).allMatch(snapshot -> !snapshot.workloads().isEmpty());
        }
    }

    @Test
    void anObjectInTwoFilesIsAnErrorOfTheLaterOne() throws Exception {
        Path one = write("one.yaml", workload("a"));
        Path two = write("two.yaml", workload("a") + "---\n" + workload("b"));
        try (FileRegistry registry = FileRegistry.open(List.of(one, two), QUICK)) {
            assertThat(names(registry.current())).containsExactly("shop/a");
            assertThat(registry.errors().toString())
                    .contains("two.yaml")
                    .contains("Workload shop/a")
                    .contains("one.yaml");
        }
    }

    @Test
    void aMissingFileIsAnErrorUntilItIsThere() throws Exception {
        Path file = folder.resolve("late.yaml");
        try (FileRegistry registry = FileRegistry.open(List.of(file), QUICK)) {
            assertThat(registry.errors()).isNotEmpty();
            Watcher watcher = new Watcher(registry);

            Files.writeString(file, workload("a"));

            watcher.until(
                    state -> state.errors().isEmpty() && names(state.current()).equals(List.of("shop/a")));
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String workload(String name) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop}
                spec: {command: [sleep, "1"]}
                """.formatted(name);
    }

    private static List<String> names(Snapshot snapshot) {
        return snapshot.workloads().keySet().stream().map(ObjectName::toString).toList();
    }

    /** Looks again at each change the registry tells of. */
    private static final class Watcher {

        private final FileRegistry registry;
        private final LinkedBlockingQueue<Snapshot> changes = new LinkedBlockingQueue<>();
        private final List<Snapshot> seen = new java.util.ArrayList<>();

        Watcher(FileRegistry registry) {
            this.registry = registry;
            registry.subscribe((snapshot, _) -> changes.add(snapshot));
        }

        void until(Predicate<Registry> condition) throws InterruptedException {
            while (!condition.test(registry)) {
                Snapshot change = changes.poll(30, TimeUnit.SECONDS);
                assertThat(change).as("a change within 10 s").isNotNull();
                seen.add(change);
            }
        }
    }
}
