package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinFileTest {

    private static final JoinFile FILE = JoinFile.of(
            new JoinFile.Metadata("shop", "laptop"),
            new JoinFile.Spec(
                    "192.0.2.1:15012",
                    "cluster.local",
                    "laptop",
                    "the-token",
                    Instant.parse("2030-01-01T12:00:00Z"),
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private Path file() {
        return folder.resolve("join.yaml");
    }

    private CommandFailure failureOf(String text) throws IOException {
        Files.writeString(file(), text);
        return catchThrowableOfType(CommandFailure.class, () -> JoinFile.read(file()));
    }

    @Test
    void readsWhatItWroteForNobodyElse() throws IOException {
        FILE.write(file());
        assertThat(JoinFile.read(file())).isEqualTo(FILE);
        assertThat(FILE.workload()).isEqualTo("shop/laptop");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file()))
                .startsWith("apiVersion: weft.dev/v1alpha1\nkind: Join\nmetadata:\n  namespace: shop\n  name: laptop\n")
                .contains("  anchors: |\n    -----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void doesNotShowItsTokenInMessages() throws IOException {
        assertThat(FILE.toString()).contains("192.0.2.1:15012").doesNotContain("the-token");
        FILE.write(file());
        assertThat(Files.readString(file())).contains("token: the-token\n");
    }

    @Test
    void refusesAFileThatSaysNothing() throws IOException {
        for (String nothing : new String[] {"~\n", "null\n", "# only a comment\n", ""}) {
            assertThat(failureOf(nothing).code()).as(nothing).isEqualTo("WEFT-J001");
        }
    }

    @Test
    void neverWritesOverAFile() throws IOException {
        Files.writeString(file(), "mine");
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> FILE.write(file()));
        assertThat(failure.code()).isEqualTo("WEFT-J005");
        assertThat(file()).hasContent("mine");
    }

    @Test
    void saysWhereItCannotBeWritten() {
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class, () -> FILE.write(folder.resolve("none").resolve("join.yaml")));
        assertThat(failure.code()).isEqualTo("WEFT-J005");
        assertThat(failure.what()).contains("cannot be written");
    }

    @Test
    void goesWithoutATokenWhereTheMachineHasACertificate() throws IOException {
        JoinFile.Spec spec = FILE.spec();
        JoinFile without = JoinFile.of(
                FILE.metadata(),
                new JoinFile.Spec(
                        spec.controlPlane(), spec.trustDomain(), spec.serviceAccount(), null, null, spec.anchors()));
        without.write(file());
        assertThat(JoinFile.read(file())).isEqualTo(without);
        assertThat(Files.readString(file())).doesNotContain("token");
    }

    @Test
    void refusesWhatIsNoJoinFile() throws IOException {
        assertThat(catchThrowableOfType(CommandFailure.class, () -> JoinFile.read(folder.resolve("none")))
                        .what())
                .endsWith("does not exist");
        for (String text : new String[] {
            "",
            "[1, 2]",
            "a: [",
            "apiVersion: weft.dev/v1alpha1\nkind: Join\n",
            "apiVersion: weft.dev/v1alpha1\nkind: Join\nmetadata: {namespace: a, name: b}\nspec: {controlPlane: c}\n",
            "apiVersion: weft.dev/v1alpha1\nkind: Join\nmetadata: {namespace: a, name: b, more: c}\nspec: {}\n",
        }) {
            CommandFailure failure = failureOf(text);
            assertThat(failure.code()).as(text).isEqualTo("WEFT-J001");
            assertThat(failure.what()).as(text).contains(file().toString());
        }
    }

    @Test
    void refusesAnotherKindAndAFileThatIsTooLong() throws IOException {
        FILE.write(file());
        String text = Files.readString(file());
        assertThat(failureOf(text.replace("kind: Join", "kind: Workload")).what())
                .contains("expected: weft.dev/v1alpha1 Join");
        assertThat(failureOf("#".repeat(300_000)).what()).contains("longer than");
    }
}
