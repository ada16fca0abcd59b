package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a registry goes on with when its files are damaged, while it runs and over a restart. */
final class BrokenRegistryTest {

    private static final WatchTimings QUICK =
            new WatchTimings(Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(50));
    private static final String POLICIES = namespace("shop") + "---\n" + policy("only-web") + "---\n" + policy("more");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Path file;
    private Path folder;
    private Path state;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("mesh.yaml"), POLICIES);
        folder = Files.createDirectory(directory.resolve("folder"));
        Files.writeString(folder.resolve("a.yaml"), policy("a"));
        Files.writeString(folder.resolve("b.yaml"), policy("b"));
        state = Files.createDirectory(directory.resolve("state"));
    }

    /** Every way in which a file stops saying what it said, without somebody's having meant it. */
    enum Damage {
        ERROR,
        NOT_YAML,
        EMPTY,
        BLANK,
        ONLY_A_COMMENT,
        CUT_IN_A_LINE,
        CUT_BEFORE_THE_LAST_LINE_BREAK,
        CHANGED_AND_CUT,
        BINARY,
        TOO_LARGE;

        byte[] of(String text) {
            byte[] bytes = changed(text).getBytes(StandardCharsets.UTF_8);
            if (this == BINARY) {
                bytes[10] = (byte) 0xff;
            }
            return bytes;
        }

        private String changed(String text) {
            return switch (this) {
                case ERROR -> text.replace("spec:", "spce:");
                case NOT_YAML -> text + "a: [";
                case EMPTY -> "";
                case BLANK -> "\n\n";
                case ONLY_A_COMMENT -> "# shop\n";
                case CUT_IN_A_LINE -> text.substring(0, text.length() - 4);
                case CUT_BEFORE_THE_LAST_LINE_BREAK -> text.substring(0, text.lastIndexOf("---") - 1);
                case CHANGED_AND_CUT -> (namespace("added") + "---\n" + text).stripTrailing();
                case BINARY -> text;
                case TOO_LARGE -> text + "#".repeat(RegistryFiles.MAX_BYTES);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aDamagedFileIsSaidAndGoesOnCountingAlsoAfterARestart(Damage damage) throws Exception {
        try (FileRegistry registry = open()) {
            assertThat(registry.errors()).isEmpty();
            Files.write(file, damage.of(POLICIES));
            Waiting.until(() -> says(registry, "mesh.yaml"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            assertThat(registry.errors().toString()).contains("mesh.yaml");
            assertEverythingCounts(registry);

            Files.writeString(file, POLICIES);
            Waiting.until(() -> registry.errors().isEmpty());
            assertEverythingCounts(registry);
        }
    }

    @Test
    void aFileThatIsGoneOrALoopOfLinksIsSaidAndGoesOnCounting() throws Exception {
        try (FileRegistry registry = open()) {
            Files.delete(file);
            Waiting.until(() -> says(registry, "there is no such file"));
            Files.createSymbolicLink(file, file.getFileName());
            Waiting.until(() -> says(registry, "cannot be read"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            Waiting.until(() -> says(registry, "cannot be read"));
            assertEverythingCounts(registry);
            Files.delete(file);
            Files.writeString(file, POLICIES);
            Waiting.until(() -> registry.errors().isEmpty());
        }
    }

    /** What may be in a file's place and is no file. The reader of a pipe waits, and a device never ends. */
    enum NoFile {
        FOLDER,
        FOLDER_WITH_A_FILE,
        PIPE,
        DEVICE;

        void at(Path place) throws Exception {
            switch (this) {
                case FOLDER -> Files.createDirectory(place);
                case FOLDER_WITH_A_FILE ->
                    Files.writeString(Files.createDirectory(place).resolve("a.yaml"), namespace("shop"));
                case PIPE ->
                    assertThat(new ProcessBuilder("mkfifo", place.toString())
                                    .start()
                                    .waitFor())
                            .isZero();
                case DEVICE -> Files.createSymbolicLink(place, Path.of("/dev/zero"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NoFile.class)
    void whatTakesAFilesPlaceAndIsNoFileTakesNothingAlong(NoFile instead) throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        try (FileRegistry registry = open()) {
            Files.move(file, elsewhere);
            instead.at(file);
            Waiting.until(() -> says(registry, "not a plain file"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            Waiting.until(() -> says(registry, "not a plain file"));
            assertEverythingCounts(registry);
            Files.move(file, directory.resolve("removed"));
            Files.move(elsewhere, file);
            Waiting.until(() -> registry.errors().isEmpty());
            assertEverythingCounts(registry);
        }
    }

    @Test
    void aSourceThatWasNeverAFileMayBecomeAFolder() throws Exception {
        Path later = directory.resolve("later");
        try (FileRegistry registry =
                FileRegistry.open(List.of(file, folder, later), null, LastValidStore.NOTHING, QUICK)) {
            assertThat(registry.errors().toString()).contains("there is no such file");
            Path whole = Files.createDirectory(directory.resolve("whole"));
            Files.writeString(whole.resolve("c.yaml"), policy("c"));
            Files.move(whole, later);
            Waiting.until(() -> registry.current().policies().size() == 5
                    && registry.errors().isEmpty());
        }
    }

    @Test
    void anExplicitObjectEmptiesAFile() throws Exception {
        try (FileRegistry registry = open()) {
            Files.writeString(file, namespace("other"));
            Waiting.until(() -> !registry.current().namespaces().containsKey("shop"));
            assertThat(registry.errors()).isEmpty();
        }
    }

    @Test
    void aFolderThatCannotBeListedTakesNothingAlong() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        try (FileRegistry registry = open()) {
            Files.move(folder, elsewhere);
            Waiting.until(() -> says(registry, "the folder is not there"));
            assertEverythingCounts(registry);
            Files.createSymbolicLink(folder, folder.getFileName());
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertEverythingCounts(registry);
            Waiting.until(() -> says(registry, "the folder is not there"));
            Files.delete(folder);
            Files.move(elsewhere, folder);
            Waiting.until(() -> registry.errors().isEmpty());
            assertEverythingCounts(registry);
        }
    }

    @Test
    void anEmptyFolderInPlaceOfAnotherTakesNothingAlongAndDeletedFilesDo() throws Exception {
        try (FileRegistry registry = open()) {
            Path elsewhere = Files.move(folder, directory.resolve("elsewhere"));
            Files.createDirectory(folder);
            Waiting.until(() -> says(registry, "is another one than before"));
            assertEverythingCounts(registry);
            Files.delete(folder);
            Files.move(elsewhere, folder);
            Waiting.until(() -> registry.errors().isEmpty());

            Files.delete(folder.resolve("a.yaml"));
            Files.delete(folder.resolve("b.yaml"));
            Waiting.until(() -> registry.current().policies().size() == 2);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.current().policies()).hasSize(2);
            assertThat(registry.errors()).isEmpty();
        }
    }

    @Test
    void tooManyFilesAreSaidAndThoseThatCountedGoOn() throws Exception {
        try (FileRegistry registry = open()) {
            for (int i = 0; i <= SourceListing.MAX_FILES; i++) {
                Files.createFile(folder.resolve("0" + i + ".yaml"));
            }
            Waiting.until(() -> says(registry, "at most " + SourceListing.MAX_FILES + " in a folder"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.errors().toString()).contains("at most " + SourceListing.MAX_FILES);
            assertEverythingCounts(registry);
        }
    }

    @Test
    void whoeverClaimsAnothersObjectTakesNothingOfItOutOfForce() throws Exception {
        Path tenant = folder.resolve("0-tenant.yaml");
        try (FileRegistry registry = open()) {
            Files.writeString(tenant, policy("mine") + "---\n" + policy("a") + "---\n" + policy("only-web"));
            Waiting.until(() -> says(registry, "0-tenant.yaml"));
            assertThat(registry.errors().toString()).contains("also in " + folder.resolve("a.yaml"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            assertThat(registry.errors().toString()).contains("0-tenant.yaml");
            assertEverythingCounts(registry);
            Files.writeString(tenant, policy("mine"));
            Waiting.until(() -> registry.errors().isEmpty());
            assertThat(registry.current().policies()).hasSize(5);
        }
    }

    @Test
    void anObjectMovesFromOneFileToAnotherInTwoSteps() throws Exception {
        try (FileRegistry registry = open()) {
            Files.writeString(folder.resolve("a.yaml"), policy("a") + "---\n" + policy("b"));
            Waiting.until(() -> says(registry, "also in"));
            Files.writeString(folder.resolve("b.yaml"), policy("c"));
            Waiting.until(() -> registry.errors().isEmpty());
            assertThat(registry.current().policies()).hasSize(5);
        }
    }

    @Test
    void nothingIsKnownOfABrokenFileOfWhichNothingIsKept() throws Exception {
        Files.writeString(file, "a: [");
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown().toString()).contains("mesh.yaml");
        }
        Files.writeString(file, POLICIES);
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
        }
        Path index = state.resolve("registry/index");
        byte[] whole = Files.readAllBytes(index);
        Files.write(index, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(this::open).isInstanceOf(StateException.class).hasMessageContaining("registry/index");
    }

    @Test
    void aNewFileThatIsBrokenFromTheBeginningLoosensNothing() throws Exception {
        open().close();
        Files.writeString(folder.resolve("c.yaml"), "a: [");
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            assertThat(registry.errors().toString()).contains("c.yaml");
            assertEverythingCounts(registry);
        }
    }

    @Test
    void aKeptTextThatIsSpoiledIsLostAndNoOther() throws Exception {
        open().close();
        for (Path kept : texts()) {
            Files.writeString(kept, Files.readString(kept).replace("kind", "kinb"));
        }
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).isEmpty();
            assertThat(registry.errors()).isEmpty();
        }
        for (Path kept : texts()) {
            Files.writeString(kept, "");
        }
        Files.writeString(file, "a: [");
        try (FileRegistry registry = open()) {
            assertThat(registry.unknown()).hasSize(1);
            assertThat(registry.unknown().toString()).contains("mesh.yaml");
        }
    }

    private List<Path> texts() throws IOException {
        try (var files = Files.list(state.resolve("registry"))) {
            return files.filter(path -> !path.endsWith("index")).toList();
        }
    }

    @Test
    void goesOnAfterALookThatFailed() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        LastValidStore failing = new LastValidStore() {
            @Override
            public Optional<LastValidContent> load() {
                return Optional.empty();
            }

            @Override
            public void keep(LastValidContent now) throws IOException {
                switch (calls.incrementAndGet()) {
                    case 2 -> throw new IllegalStateException("a defect");
                    case 3 -> throw new IOException("no space left");
                    default -> {}
                }
            }
        };
        try (FileRegistry registry = FileRegistry.open(List.of(file), null, failing, QUICK)) {
            Files.writeString(file, POLICIES + "---\n" + policy("second"));
            Waiting.until(() -> registry.current().policies().size() == 3);
            Waiting.until(() -> calls.get() == 2);
            Files.writeString(file, POLICIES + "---\n" + policy("third"));
            Waiting.until(
                    () -> registry.current().policies().keySet().toString().contains("third"));
            Waiting.until(() -> calls.get() == 4);
            Waiting.until(() -> registry.errors().isEmpty());
        }
    }

    @Test
    void aFileIsNotGoneWhileItIsReplaced() throws Exception {
        WatchTimings patient = new WatchTimings(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofDays(1));
        try (FileRegistry registry = FileRegistry.open(List.of(file), patient)) {
            Path away = directory.resolve("away");
            Files.move(file, away);
            registry.rescan();
            assertThat(registry.errors()).isEmpty();
            Files.writeString(away, policy("new"));
            Files.move(away, file, StandardCopyOption.ATOMIC_MOVE);
            Waiting.until(
                    () -> registry.current().policies().keySet().toString().contains("new"));
            assertThat(registry.errors()).isEmpty();
        }
    }

    @Test
    void aFileOfAFolderIsNotGoneWhileItIsDeletedAndWrittenAgain() throws Exception {
        WatchTimings patient = new WatchTimings(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofDays(1));
        try (FileRegistry registry = FileRegistry.open(List.of(file, folder), patient)) {
            Files.delete(folder.resolve("b.yaml"));
            registry.rescan();
            assertEverythingCounts(registry);
            assertThat(registry.errors()).isEmpty();

            Files.writeString(folder.resolve("b.yaml"), policy("new"));
            Waiting.until(
                    () -> registry.current().policies().keySet().toString().contains("new"));
            assertThat(registry.current().policies()).hasSize(4);
            assertThat(registry.errors()).isEmpty();
        }
    }

    @Test
    void aFileUnderANewNameIsNeverMissingNorAnError() throws Exception {
        try (FileRegistry registry = open()) {
            List<Integer> policies = new CopyOnWriteArrayList<>();
            List<LoadError> errors = new CopyOnWriteArrayList<>();
            registry.subscribe((snapshot, _) -> {
                policies.add(snapshot.policies().size());
                errors.addAll(registry.errors());
            });

            Files.move(folder.resolve("b.yaml"), folder.resolve("c.yaml"));
            registry.rescan();
            errors.addAll(registry.errors());
            Waiting.until(() ->
                    registry.source("AuthorizationPolicy", "shop/b").where().contains("c.yaml"));

            assertEverythingCounts(registry);
            assertThat(policies).allMatch(count -> count == 4);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void aFileUnderANewNameWithAMistakeKeepsWhatItSaid() throws Exception {
        String well = Files.readString(folder.resolve("b.yaml"));
        try (FileRegistry registry = open()) {
            Files.delete(folder.resolve("b.yaml"));
            Files.writeString(folder.resolve("c.yaml"), well + "  mistake: [");
            Waiting.until(() -> says(registry, "b.yaml") && says(registry, "until c.yaml is valid or gone"));
            assertEverythingCounts(registry);
        }
        try (FileRegistry registry = open()) {
            assertEverythingCounts(registry);
            Waiting.until(() -> says(registry, "until c.yaml is valid or gone"));
            assertEverythingCounts(registry);

            Files.writeString(folder.resolve("c.yaml"), well);
            Waiting.until(() -> registry.errors().isEmpty()
                    && registry.source("AuthorizationPolicy", "shop/b").where().contains("c.yaml"));
            assertEverythingCounts(registry);
        }
    }

    private FileRegistry open() {
        return FileRegistry.open(List.of(file, folder), null, new LastValidFiles(state), QUICK);
    }

    private static boolean says(FileRegistry registry, String error) {
        return registry.errors().toString().contains(error);
    }

    private static void assertEverythingCounts(FileRegistry registry) {
        assertThat(registry.current().policies().keySet().stream().map(ObjectName::name))
                .containsExactly("a", "b", "more", "only-web");
        assertThat(registry.current().namespaces()).containsOnlyKeys("shop");
    }

    private static String namespace(String name) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, annotations: {weft.dev/default-policy: deny}}
                """.formatted(name);
    }

    private static String policy(String name) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  action: Allow
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/web
                """.formatted(name);
    }
}
