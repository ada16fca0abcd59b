package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels under {@code weft.dev/} that have no meaning. */
final class LabelChecksTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Report.Line labels(String ofNamespace, String ofPod) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to(
                                "get namespaces",
                                "{\"items\": [{\"metadata\": {\"name\": \"shop\", \"labels\": {" + ofNamespace
                                        + "}}}]}")
                        .to("get pods", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "web", "labels": {%s}}}]}
                            """.formatted(ofPod))
                        .kubectl())
                .get(PodChecks.NAMES.indexOf("labels"));
    }

    @Test
    void areFoundWithASuggestion() throws Exception {
        Report.Line line = labels("\"weft.dev/injection\": \"enabled\"", "\"weft.dev/injekt\": \"disabled\"");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about())
                .containsExactly(
                        "namespace shop: metadata.labels: unknown label weft.dev/injection; did you mean"
                                + " weft.dev/inject?",
                        "pod shop/web: metadata.labels: unknown label weft.dev/injekt; did you mean weft.dev/inject?");
        assertThat(line.action()).contains("kubectl label namespace");
    }

    @Test
    void areNotThoseThatAreKnownOrOfOthers() throws Exception {
        assertThat(labels("\"weft.dev/inject\": \"enabled\"", "\"app\": \"web\", \"weft.example/x\": \"y\"")
                        .result())
                .isEqualTo(Result.OK);
    }
}
