package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.cli.failure.CommandFailure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A join file that was changed on its way is read, and then is written as it was read, or is refused in one way. */
class JoinFileFuzzTest {

    private static final String TOKEN = "the-token-that-nobody-may-see";
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final int MAX_EDITS = 6;
    private static final int MAX_REMOVED = 60;
    private static final int MAX_TEXT = 24;
    private static final String FILE = """
            apiVersion: weft.dev/v1alpha1
            kind: Join
            metadata:
              namespace: shop
              name: laptop
            spec:
              controlPlane: 192.0.2.1:15012
              trustDomain: cluster.local
              serviceAccount: laptop
              token: %s
              tokenEnds: 2030-01-01T12:00:00Z
              anchors: |
                -----BEGIN CERTIFICATE-----
                AAAA
                -----END CERTIFICATE-----
            """.formatted(TOKEN);

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
            "\n---\n",
            "\n...\n",
            "!!binary ",
            "'",
            "\"",
            "#",
            "\t",
            "\n",
            "\0",
            "null",
            "~",
            "1e999",
            "token: ");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @FuzzTest
    void anyBytesAreReadOrRefusedInOneWay(byte[] bytes) throws IOException {
        read(bytes);
    }

    @FuzzTest
    void aChangedFileIsReadOrRefusedInOneWay(FuzzedDataProvider data) throws IOException {
        StringBuilder changed = new StringBuilder(FILE);
        int edits = data.consumeInt(0, MAX_EDITS);
        for (int i = 0; i < edits; i++) {
            int at = data.consumeInt(0, changed.length());
            int removed = data.consumeInt(0, Math.min(MAX_REMOVED, changed.length() - at));
            changed.replace(
                    at, at + removed, data.consumeBoolean() ? data.pickValue(WORDS) : data.consumeString(MAX_TEXT));
        }
        read(changed.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void read(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("join.yaml"), bytes);
        long begun = cpu();
        try {
            JoinFile read = JoinFile.read(file);
            Path again = directory.resolve("again.yaml");
            Files.deleteIfExists(again);
            read.write(again);
            assertThat(JoinFile.read(again)).isEqualTo(read);
        } catch (CommandFailure refused) {
            assertThat(refused.code()).isEqualTo("WEFT-J001");
            assertThat(refused.what()).isNotBlank().doesNotContain(TOKEN);
        }
        assertThat(Duration.ofNanos(cpu() - begun)).isLessThan(MOST);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
