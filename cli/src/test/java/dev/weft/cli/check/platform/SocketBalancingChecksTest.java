package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cilium, as it may be set up. */
final class SocketBalancingChecksTest {

    private static final String QUESTION = "get configmap cilium-config --namespace kube-system";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Optional<Report.Line> line(Answers answers) throws IOException {
        return PodChecks.of(answers.kubectl()).stream()
                .filter(line -> line.check().equals(SocketBalancingChecks.NAME))
                .findFirst();
    }

    private Result result(String data) throws IOException {
        return line(new Answers(directory).to(QUESTION, "{\"data\": {" + data + "}}"))
                .orElseThrow()
                .result();
    }

    @Test
    void warnsWhereTheChoiceIsMadeBeforeTheSidecar() throws Exception {
        Report.Line line = line(new Answers(directory)
                        .to(QUESTION, "{\"data\": {\"kube-proxy-replacement\": \"true\"}}"))
                .orElseThrow();
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.action()).contains("socketLB.hostNamespaceOnly=true");
        assertThat(result("\"kube-proxy-replacement\": \"false\", \"bpf-lb-sock\": \"true\""))
                .isEqualTo(Result.WARNING);
        assertThat(result("\"kube-proxy-replacement\": \"true\", \"bpf-lb-sock-hostns-only\": \"false\""))
                .isEqualTo(Result.WARNING);
    }

    @Test
    void isContentWhereSidecarsChoose() throws Exception {
        assertThat(result("\"kube-proxy-replacement\": \"false\"")).isEqualTo(Result.OK);
        assertThat(result("\"kube-proxy-replacement\": \"true\", \"bpf-lb-sock-hostns-only\": \"true\""))
                .isEqualTo(Result.OK);
    }

    @Test
    void saysNothingWhereThereIsNoCiliumOrItMayNotBeAsked() throws Exception {
        assertThat(line(new Answers(directory).to(QUESTION, ""))).isEmpty();
        assertThat(line(new Answers(directory))).isEmpty();
    }
}
