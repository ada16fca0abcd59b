package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists of tokens, machines and revocations, asked of a control plane. */
final class ListCommandsTest {

    private static final String MESH = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            """;

    private static final String OTHER_SCREEN = "\u001b[?1049h";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before the tests
    private static AskedMeshRun mesh;

    @BeforeAll
    static void aTokenAndARevocation() throws IOException {
        mesh = new AskedMeshRun(folder, MESH);
        printed("token create --sa shop/laptop");
        printed("revoke certificate 7f01");
    }

    private static String printed(String words) throws IOException {
        AskedMeshRun.Ended ended = mesh.ofCluster(words.split(" ", -1));
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return ended.out();
    }

    @Test
    void printsIdsOnePerLine() throws IOException {
        assertThat(printed("token list -o name")).matches("[0-9a-f]{12}\n");
        assertThat(printed("revoke list -o name")).matches("certificate-[0-9a-f]+\n");
        assertThat(printed("machine list -o name")).isEmpty();
        assertThat(printed("trust domains -o name")).isEqualTo("cluster.local\n");
    }

    @ParameterizedTest
    @CsvSource({"token list, IDENTITY", "revoke list, ISSUED BEFORE", "trust domains, FETCHED FROM"})
    void theWideTableHasMoreColumns(String words, String heading) throws IOException {
        assertThat(printed(words)).doesNotContain(heading);
        assertThat(printed(words + " -o wide")).contains(heading);
    }

    @Test
    void aListOfTokensWaitsAsLongAsItIsTold() throws IOException {
        AskedMeshRun.Ended ended = mesh.ofCluster("token", "list", "--timeout", "0s");
        assertThat(ended.code()).isNotEqualTo(ExitCode.OK);
        assertThat(printed("token list --timeout 60s")).contains("open");
    }

    @ParameterizedTest
    @CsvSource({"token list, open", "revoke list, 7f01", "machine list, no machine has joined"})
    void staysOnTheScreenUntilItIsInterrupted(String words, String shown) throws Exception {
        assertThat(mesh.watched(out -> out.contains(shown), (words + " -w").split(" ", -1)))
                .contains(OTHER_SCREEN, shown);
    }
}
