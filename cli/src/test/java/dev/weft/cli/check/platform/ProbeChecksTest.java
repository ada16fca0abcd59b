package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lifecycle hooks that a strict pod fails. */
final class ProbeChecksTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Report.Line check(String inbound, String lifecycle, String more) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", "{\"items\": [{\"metadata\": {\"name\": \"shop\"}}]}")
                        .to("get pods", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "api",
                                "annotations": {"weft.dev/inbound": "%s"%s}},
                              "spec": {"containers": [{"lifecycle": {%s}}],
                                "initContainers": [{"name": "weft-proxy", "restartPolicy": "Always"}]}}]}
                            """.formatted(inbound, more, lifecycle))
                        .kubectl())
                .get(PodChecks.NAMES.indexOf("probes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"preStop\": {\"httpGet\": {\"port\": 8080, \"path\": \"/drain\"}} | preStop with httpGet on port 8080",
                "\"postStart\": {\"httpGet\": {\"port\": \"web\", \"scheme\": \"HTTPS\"}} | postStart with httpGet on port web"
            })
    void findsHooksThatAStrictPodFails(String lifecycle, String said) throws Exception {
        Report.Line line = check("strict", lifecycle, "");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("shop/api: " + said);
        assertThat(check("permissive", lifecycle, "").result()).isEqualTo(Result.OK);
        assertThat(check("strict", lifecycle, ", \"weft.dev/skip-inbound-ports\": \"8080, web\"")
                        .result())
                .isEqualTo(Result.OK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"preStop\": {\"httpGet\": {\"port\": 8080, \"host\": \"10.0.0.9\"}}",
                "\"preStop\": {\"exec\": {\"command\": [\"true\"]}}",
                "\"preStop\": {\"sleep\": {\"seconds\": 5}}"
            })
    void letsHooksBeThatNeedNothing(String lifecycle) throws Exception {
        assertThat(check("strict", lifecycle, "").result()).isEqualTo(Result.OK);
    }
}
