package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that shall not outlive whoever started it. */
class InputEndTest {
    @TempDir
    Path directory;

    private Process start(String untilInputEnds) throws Exception {
        Path anchors = Files.writeString(
                directory.resolve("anchors.pem"),
                Pem.encodeCertificates(List.of(TrustAnchors.create("test", Duration.ofHours(1), Clock.systemUTC())
                        .certificate())));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.weft.proxy.ProxyMain",
                        "--workload=shop/web",
                        "--control-plane=127.0.0.1:1",
                        "--anchors-file=" + anchors,
                        "--outbound-port=0",
                        "--inbound-port=0",
                        "--tunnel-port=0",
                        "--mark=0",
                        "--admin-address=127.0.0.1:0",
                        "--until-input-ends=" + untilInputEnds)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    @Test
    void endsWhenItsInputDoes() throws Exception {
        Process sidecar = start("true");
        try {
            assertThat(sidecar.isAlive()).isTrue();
            sidecar.getOutputStream().close();
            assertThat(sidecar.waitFor(60, TimeUnit.SECONDS))
                    .as(Files.readString(directory.resolve("log")))
                    .isTrue();
            assertThat(sidecar.exitValue()).isZero();
            assertThat(Files.readString(directory.resolve("log"))).contains("Standard input has ended");
        } finally {
            sidecar.destroyForcibly();
        }
    }

    @Test
    void refusesAnythingButTrueOrFalse() throws Exception {
        Process sidecar = start("perhaps");
        try {
            assertThat(sidecar.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(sidecar.exitValue()).isEqualTo(2);
            assertThat(Files.readString(directory.resolve("log")))
                    .contains("--until-input-ends: perhaps (expected: true or false)");
        } finally {
            sidecar.destroyForcibly();
        }
    }
}
