package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods for Windows in namespaces of the mesh. */
final class WindowsChecksTest {

    private static final String POD = """
            {"metadata": {"namespace": "%s", "name": "%s", "labels": {%s}}, "spec": {"os": {"name": "%s"}}}""";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private List<Report.Line> check(String... pods) throws Exception {
        return PodChecks.of(new Answers(directory)
                .to("get namespaces", """
                    {"items": [{"metadata": {"name": "shop", "labels": {"weft.dev/inject": "enabled"}}},
                      {"metadata": {"name": "other"}}]}
                    """)
                .to("get pods", "{\"items\": [" + String.join(",", pods) + "]}")
                .kubectl());
    }

    @Test
    void areFoundAndLackNoSidecar() throws Exception {
        List<Report.Line> lines = check(
                POD.formatted("shop", "iis", "", "windows"),
                POD.formatted("shop", "intended", "\"weft.dev/inject\": \"disabled\"", "windows"),
                POD.formatted("other", "iis", "", "windows"));
        Report.Line windows = lines.get(PodChecks.NAMES.indexOf("windows"));
        assertThat(windows.result()).isEqualTo(Result.WARNING);
        assertThat(windows.about()).containsExactly("shop/iis");
        assertThat(lines.get(PodChecks.NAMES.indexOf("missing-sidecars")).result())
                .isEqualTo(Result.OK);
    }

    @Test
    void areNotThoseForLinux() throws Exception {
        List<Report.Line> lines = check(POD.formatted("shop", "web", "", "linux"));
        assertThat(lines.get(PodChecks.NAMES.indexOf("windows")).result()).isEqualTo(Result.OK);
        assertThat(lines.get(PodChecks.NAMES.indexOf("missing-sidecars")).about())
                .containsExactly("shop/web");
    }
}
